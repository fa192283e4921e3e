#include "store/bulk.hpp"

#include <chrono>
#include <future>
#include <limits>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "backup/copy.hpp"
#include "backup/table_text.hpp"
#include "testing/fresh_database.hpp"

/// The contract of `store::Bulk`, tested on each kind of database.
namespace kith::store {
namespace {

using test::DatabaseKind;
using test::FreshDatabase;

class BulkTest : public testing::TestWithParam<test::DatabaseKind> {
 protected:
  static const Table& table_named(const Bulk& bulk, std::string_view name) {
    return *std::ranges::find(bulk.tables(), name, &Table::name);
  }

  /// Returns all rows of a table as text.
  static std::string text_of(Bulk& bulk, const std::string& name) {
    const Table& table = table_named(bulk, name);
    std::string text;
    bulk.read(table, [&](const Rows& rows) {
      for (std::size_t row = 0; row < rows.size(); ++row) {
        backup::append_line(text, table, rows, row);
      }
    });
    return text;
  }

  static void add_text(Bulk& bulk, const std::string& name, std::string_view lines) {
    const Table& table = table_named(bulk, name);
    Rows rows(table.columns);
    while (!lines.empty()) {
      backup::read_line(rows, table, lines.substr(0, lines.find('\n')));
      lines.remove_prefix(lines.find('\n') + 1);
    }
    bulk.add(table, rows);
  }

  void insert_avatar(const std::string& name) const {
    fresh_.value("insert into avatars (name, state, created_at) values ('" + name + "', 'old', 7)");
  }

  const test::FreshDatabase fresh_{GetParam()};
  std::unique_ptr<Database> database_ = fresh_.migrated();
};

TEST_P(BulkTest, ListsAllTablesOfTheSchema) {
  const std::string all =
      GetParam() == test::DatabaseKind::sqlite
          ? "select group_concat(name) from (select name from sqlite_master where type = 'table' "
            "and name not like 'sqlite_%' order by name)"
          : "select string_agg(tablename, ',' order by tablename collate \"C\") from pg_tables "
            "where schemaname = 'public'";
  std::set<std::string> names(bulk_tables().begin(), bulk_tables().end());
  EXPECT_EQ(names.size(), bulk_tables().size());
  names.insert({"schema_migrations", "jobs"});
  std::string listed;
  for (const std::string& name : names) listed += (listed.empty() ? "" : ",") + name;
  EXPECT_EQ(fresh_.value(all), listed);
  for (const Table& table : database_->bulk(BulkMode::read)->tables()) {
    EXPECT_FALSE(table.key.empty()) << table.name;
    EXPECT_EQ(table.columns.size(), table.types.size());
    EXPECT_TRUE(std::ranges::is_sorted(table.columns)) << table.name;
  }
}

TEST_P(BulkTest, ReadsASnapshot) {
  insert_avatar("before");
  const auto bulk = database_->bulk(BulkMode::read);
  insert_avatar("after");
  EXPECT_EQ(table_named(*bulk, "avatars").rows, 1);
  EXPECT_EQ(text_of(*bulk, "avatars"), "[null,7,\"before\",\"old\"]\n");
}

TEST_P(BulkTest, RoundTripsRows) {
  constexpr auto least = std::numeric_limits<std::int64_t>::min();
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  // account_id, action, actor, address, at, detail, id
  const std::string lines = "[\"\",\"\",null,\"a\\\"b\\\\c\\n\\t\"," + std::to_string(least) +
                            ",null,\"AAAB\"]\n[\"_w\",\"\u00fc\u4e16\U0001F600\",\"AA\",\"\"," +
                            std::to_string(most) + ",\"x\",\"AAAC\"]\n";
  const auto bulk = database_->bulk(BulkMode::write);
  add_text(*bulk, "audit_log", lines);
  EXPECT_EQ(text_of(*bulk, "audit_log"), lines);
  bulk->commit();
  EXPECT_EQ(text_of(*database_->bulk(BulkMode::read), "audit_log"), lines);
}

TEST_P(BulkTest, ReadsInByteOrderOfTheKey) {
  for (const char* name : {"b", "B", "a", "\u00e4", "Z", "_", "10", "9"}) insert_avatar(name);
  const std::string text = text_of(*database_->bulk(BulkMode::read), "avatars");
  std::vector<std::size_t> places;
  for (const char* name : {"10", "9", "B", "Z", "_", "a", "b", "\u00e4"}) {
    places.push_back(text.find("\"" + std::string(name) + "\""));
  }
  EXPECT_TRUE(std::ranges::is_sorted(places)) << text;
}

TEST_P(BulkTest, ReadsMoreThanOnePiece) {
  const auto bulk = database_->bulk(BulkMode::write);
  std::string lines;
  for (int i = 0; i < 2500; ++i) {
    lines += "[null,7,\"" + std::to_string(100'000 + i) + "\",\"old\"]\n";
  }
  add_text(*bulk, "avatars", lines);
  EXPECT_EQ(text_of(*bulk, "avatars"), lines);
}

TEST_P(BulkTest, ReadsFewLargeRowsAtATime) {
  const std::string large(300'000, 'x');
  std::string lines;
  for (int i = 100; i < 160; ++i) {
    lines += "[\"\",\"\",null,\"" + large + "\",1,null,\"A" + std::to_string(i) + "\"]\n";
  }
  const auto bulk = database_->bulk(BulkMode::write);
  add_text(*bulk, "audit_log", lines);
  std::size_t rows_seen = 0;
  std::size_t largest = 0;
  bulk->read(table_named(*bulk, "audit_log"), [&](const Rows& rows) {
    rows_seen += rows.size();
    largest = std::max(largest, rows.bytes());
  });
  EXPECT_EQ(rows_seen, 60U);
  EXPECT_LT(largest, 12U << 20);
}

TEST_P(BulkTest, ChangesNothingWithoutACommit) {
  insert_avatar("kept");
  {
    const auto bulk = database_->bulk(BulkMode::write);
    bulk->clear();
    add_text(*bulk, "avatars", "[null,7,\"new\",\"old\"]\n");
  }
  EXPECT_EQ(fresh_.value("select name from avatars"), "kept");
}

TEST_P(BulkTest, ErrorsNameTheTable) {
  const auto bulk = database_->bulk(BulkMode::write);
  try {
    add_text(*bulk, "account_rev", "[\"AAAA\",0,0,0,0,0,0]\n");
    bulk->commit();  // PostgreSQL checks at the end of a COPY, SQLite at each row
    FAIL() << "there is no such account";
  } catch (const DatabaseError& broken) {
    EXPECT_THAT(broken.what(), testing::HasSubstr("account_rev"));
  }
}

TEST_P(BulkTest, CountsRowsAfterLockingTheTables) {
  auto first = database_->bulk(BulkMode::write);
  auto second = std::async(std::launch::async, [&] {
    return table_named(*database_->bulk(BulkMode::write), "avatars").rows;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  add_text(*first, "avatars", "[null,7,\"one\",\"old\"]\n");
  first->commit();
  EXPECT_EQ(second.get(), 1);
}

class Onlooker : public backup::Progress {
 public:
  void begin(std::string_view, std::int64_t total) override { total_ = total; }
  void add(std::int64_t rows) override {
    if (total_ -= rows; total_ < stop_at) throw backup::Interrupted();
  }
  std::int64_t stop_at = 0;

 private:
  std::int64_t total_ = 0;
};

TEST_P(BulkTest, ACopyIsEqualOnEachKindOfDatabase) {
  for (const char* name : {"b", "\u00e4", "Z"}) insert_avatar(name);
  for (const test::DatabaseKind kind : test::database_kinds()) {
    const test::FreshDatabase other(kind);
    const auto target = other.migrated();
    Onlooker onlooker;
    const auto copied =
        backup::copy(*database_->bulk(BulkMode::read), *target->bulk(BulkMode::write), onlooker);
    EXPECT_EQ(copied.size(), bulk_tables().size());
    EXPECT_EQ(text_of(*target->bulk(BulkMode::read), "avatars"),
              text_of(*database_->bulk(BulkMode::read), "avatars"));
  }
}

TEST_P(BulkTest, AnInterruptedCopyDoesNotChangeTheTarget) {
  insert_avatar("one");
  const test::FreshDatabase other(GetParam());
  const auto target = other.migrated();
  other.value("insert into avatars (name, state, created_at) values ('kept', 'old', 7)");
  Onlooker onlooker;
  onlooker.stop_at = 1;
  EXPECT_THROW(
      backup::copy(*database_->bulk(BulkMode::read), *target->bulk(BulkMode::write), onlooker),
      backup::Interrupted);
  EXPECT_EQ(other.value("select name from avatars"), "kept");
}

INSTANTIATE_TEST_SUITE_P(Databases, BulkTest, testing::ValuesIn(test::database_kinds()),
                         test::kind_name);

}  // namespace
}  // namespace kith::store
