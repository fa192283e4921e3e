#include "store/sqlite/connection.hpp"

#include <filesystem>
#include <fstream>
#include <limits>
#include <string>
#include <tuple>

#include <gtest/gtest.h>

#include "base/temporary_folder.hpp"
#include "store/rows.hpp"

namespace kith::store::sqlite {
namespace {

using namespace std::string_literals;

const Query echo("test.echo", "select $1 as a, $2 as b, $3 as c");
const Query swapped("test.swapped",
                    "select $2 as second, '$1' as quoted, $1 as first, $2 as again /* it's $3 */");
const Query double_quoted("test.quoted",
                          "select \"$1 \"\" $2\", $1 as x "
                          "from (select 5 as \"$1 \"\" $2\") as t");
const Query numbers("test.numbers",
                    "with recursive n (i) as (select 1 union all select i + 1 from n where i < $1) "
                    "select i from n order by i");
const Query fraction("test.fraction", "select 1.5 as x", "select 1 as x");

/// An empty database file in its own folder.
class SqliteConnection : public testing::Test {
 protected:
  SqliteConnection() { std::ofstream(path()).close(); }

  std::string path() const { return folder_.file("test.db"); }

  const TemporaryFolder folder_;
};

class ParameterText : public testing::TestWithParam<std::tuple<const char*, const char*>> {};

TEST_P(ParameterText, IsRewrittenOutsideQuotesAndComments) {
  const auto& [text, expected] = GetParam();
  EXPECT_EQ(to_sqlite_parameters(text), expected);
}

INSTANTIATE_TEST_SUITE_P(Texts, ParameterText,
                         testing::Values(std::tuple{"", ""}, std::tuple{"select 1", "select 1"},
                                         std::tuple{"a = $1 and b = $12", "a = ?1 and b = ?12"},
                                         std::tuple{"$1$2", "?1?2"}, std::tuple{"$", "$"},
                                         std::tuple{"$x", "$x"},
                                         std::tuple{"'$1' || $1", "'$1' || ?1"},
                                         std::tuple{"'it''s $1', $1", "'it''s $1', ?1"},
                                         std::tuple{"\"$1\" = $1", "\"$1\" = ?1"},
                                         std::tuple{"'\"' || $1", "'\"' || ?1"},
                                         std::tuple{"-- it's\n$1", "-- it's\n?1"},
                                         std::tuple{"-- \" say $2\n$1", "-- \" say $2\n?1"},
                                         std::tuple{"/* it's $2 */ $1", "/* it's $2 */ ?1"},
                                         std::tuple{"1 - $1 / $2 * $3", "1 - ?1 / ?2 * ?3"},
                                         std::tuple{"'--' || $1", "'--' || ?1"}));

TEST_F(SqliteConnection, BindsParametersByNumber) {
  Connection connection(path(), Mode::read);
  const Rows rows = connection.run(swapped, values("one", "two"));
  EXPECT_EQ(read_column<std::string>(rows, "first"), "one");
  EXPECT_EQ(read_column<std::string>(rows, "second"), "two");
  EXPECT_EQ(read_column<std::string>(rows, "again"), "two");
  EXPECT_EQ(read_column<std::string>(rows, "quoted"), "$1");
}

TEST_F(SqliteConnection, DoesNotChangeQuotedNames) {
  Connection connection(path(), Mode::read);
  const Rows rows = connection.run(double_quoted, values(7));
  EXPECT_EQ(read_column<int>(rows, "$1 \" $2"), 5);
  EXPECT_EQ(read_column<int>(rows, "x"), 7);
}

TEST_F(SqliteConnection, RoundTripsValuesWithTheirType) {
  Connection connection(path(), Mode::read);
  const auto smallest = std::numeric_limits<std::int64_t>::min();
  const Rows rows = connection.run(echo, values(smallest, "0123", std::nullopt));
  EXPECT_EQ(rows.cell(0, 0).integer(), smallest);
  EXPECT_EQ(rows.cell(0, 1).bytes(), "0123") << "a text of digits stays a text";
  EXPECT_TRUE(rows.cell(0, 2).is_null());
  const std::string blob("\0\xff\0", 3);
  const std::string nul("a\0b", 3);
  const Rows others = connection.run(echo, values(Bytes{blob}, nul, std::string_view()));
  EXPECT_EQ(others.cell(0, 0).bytes(), blob);
  EXPECT_EQ(others.cell(0, 1).bytes(), nul);
  EXPECT_EQ(others.cell(0, 2).bytes(), "") << "an empty text is not NULL";
  const Rows empty = connection.run(echo, values(Bytes{{}}, OwnedText{"Łukasz"}.text, true));
  EXPECT_EQ(empty.cell(0, 0).bytes(), "") << "nor is an empty blob";
  EXPECT_EQ(empty.cell(0, 1).bytes(), "Łukasz");
  EXPECT_EQ(empty.cell(0, 2).integer(), 1);
}

TEST_F(SqliteConnection, RowsOutliveTheNextRunOfTheSameStatement) {
  Connection connection(path(), Mode::read);
  const Rows first = connection.run(echo, values("a", "b", "c"));
  const Rows second = connection.run(echo, values("x", "y", "z"));
  EXPECT_EQ(first.cell(0, 0).bytes(), "a");
  EXPECT_EQ(second.cell(0, 0).bytes(), "x");
}

TEST_F(SqliteConnection, ReturnsManyRowsOrNoRow) {
  Connection connection(path(), Mode::read);
  const Rows rows = connection.run(numbers, values(1000));
  ASSERT_EQ(rows.size(), 1000U);
  EXPECT_EQ(rows.cell(999, 0).integer(), 1000);
  EXPECT_EQ(connection.run(numbers, values(0)).size(), 1U);
}

TEST_F(SqliteConnection, RefusesAWrongCountOfParameters) {
  Connection connection(path(), Mode::read);
  EXPECT_THROW((void)connection.run(echo, values(1, 2)), DatabaseError);
  EXPECT_THROW((void)connection.run(echo, values(1, 2, 3, 4)), DatabaseError);
  EXPECT_THROW((void)connection.run(numbers, {}), DatabaseError);
  EXPECT_EQ(connection.run(echo, values(1, 2, 3)).size(), 1U) << "the connection stays usable";
}

TEST_F(SqliteConnection, RefusesAFractionAsAnInteger) {
  Connection connection(path(), Mode::read);
  const Rows rows = connection.run(fraction, {});
  EXPECT_THROW((void)rows.cell(0, 0).integer(), DatabaseError);
}

TEST_F(SqliteConnection, RefusesAMissingFile) {
  EXPECT_THROW(Connection(folder_.file("missing.db"), Mode::read), SqliteError);
  EXPECT_FALSE(std::filesystem::exists(folder_.file("missing.db")));
}

TEST_F(SqliteConnection, RefusesAFileThatIsNotADatabase) {
  std::ofstream(path()) << std::string(4096, 'x');
  EXPECT_THROW(Connection(path(), Mode::write), SqliteError);
}

TEST_F(SqliteConnection, ForReadingWritesNothing) {
  Connection(path(), Mode::write).execute("create table t (x bigint)");
  Connection reader(path(), Mode::read);
  EXPECT_THROW(reader.execute("insert into t values (1)"), SqliteError);
  EXPECT_THROW(reader.execute("create table u (x bigint)"), SqliteError);
}

TEST_F(SqliteConnection, EnforcesForeignKeysAndRefusesTextsInDoubleQuotes) {
  Connection connection(path(), Mode::write);
  connection.execute("create table a (id bigint primary key)");
  connection.execute("create table b (a bigint not null references a (id))");
  EXPECT_THROW(connection.execute("insert into b values (1)"), SqliteError);
  EXPECT_THROW(connection.execute("insert into a values (\"1\")"), SqliteError);
}

TEST_F(SqliteConnection, ErrorsHaveTheExtendedCode) {
  Connection connection(path(), Mode::write);
  connection.execute("create table a (id bigint primary key, x text unique)");
  connection.execute("insert into a values (1, 'x')");
  try {
    connection.execute("insert into a values (2, 'x')");
    FAIL() << "a duplicate was accepted";
  } catch (const SqliteError& error) {
    EXPECT_EQ(error.code(), SQLITE_CONSTRAINT_UNIQUE);
  }
}

}  // namespace
}  // namespace kith::store::sqlite
