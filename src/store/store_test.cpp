#include <array>
#include <cstdlib>
#include <latch>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/rows.hpp"
#include "testing/store_fixture.hpp"

/// The contract of `store::Store` and `store::Database`, tested on each kind of database.
namespace kith::store {
namespace {

namespace asio = boost::asio;
using test::DatabaseKind;
using test::FreshDatabase;

// The table that every database has, whatever its features. Negative versions are the tests'.
const Query insert_row(
    "test.contract_insert",
    "insert into schema_migrations (version, name, sha256, applied_at) values ($1, $2, '', 0)");
const Query count_rows("test.contract_count",
                       "select count(*) as n from schema_migrations where name = $1");
const Query bump_row("test.contract_bump",
                     "update schema_migrations set applied_at = applied_at + 1 "
                     "where version = $1 and applied_at = $2 returning applied_at");
const Query set_no_revision("test.contract_no_revision",
                            "update account_rev set rev = null where account_id = $1");
const Query set_no_count("test.contract_no_count",
                         "update account_rev set contact_count = null where account_id = $1");
const std::string echo_text =
    "select cast($1 as bigint) as number, cast($2 as text) as words, 7 as seven, 'x' as letter, "
    "$4 <> '' as filled, ";
const Query echo("test.contract_echo", echo_text + "$3 as bytes",
                 echo_text + "cast($3 as bytea) as bytes");
const Query endless("test.contract_endless",
                    "with recursive n (i) as (select cast(1 as bigint) union all "
                    "select i + 1 from n) select count(*) as n from n");

// --- migrations ---------------------------------------------------------------------------------

constexpr std::string_view first_step = "create table t (x bigint); insert into t values (1)";
constexpr std::string_view second_step = "insert into t values (2); create table u (x bigint)";
constexpr std::array<Migration, 2> two_steps{
    {{1, "one", first_step, first_step, "aa"}, {2, "it's two", second_step, second_step, "bb"}}};

class Migrate : public testing::TestWithParam<test::DatabaseKind> {
 protected:
  Migrated migrate(std::span<const Migration> steps) { return fresh_.open(steps)->migrate(); }

  const test::FreshDatabase fresh_{GetParam()};
};

TEST_P(Migrate, AppliesAndRecordsAllStepsOnce) {
  const Migrated first = migrate(two_steps);
  EXPECT_EQ(first.from, 0);
  EXPECT_EQ(first.to, 2);
  const Migrated second = migrate(two_steps);
  EXPECT_EQ(second.from, 2);
  EXPECT_EQ(second.to, 2);
  EXPECT_EQ(fresh_.value("select count(*) from t"), "2");
  EXPECT_EQ(fresh_.value("select version || name || sha256 || applied_at "
                         "from schema_migrations order by version desc limit 1"),
            "2it's twobb42");
}

TEST_P(Migrate, AFailedStepChangesNothing) {
  constexpr std::string_view bad = "insert into t values (2); selec";
  constexpr std::array<Migration, 2> steps{{two_steps[0], {2, "bad", bad, bad, "bb"}}};
  EXPECT_THROW(migrate(steps), DatabaseError);
  EXPECT_EQ(fresh_.value("select count(*) from t"), "1");
  EXPECT_EQ(fresh_.value("select max(version) from schema_migrations"), "1");
  EXPECT_EQ(migrate(two_steps).to, 2) << "a corrected step is applied";
}

TEST_P(Migrate, RefusesANewerSchemaAndAChangedText) {
  migrate(two_steps);
  EXPECT_THROW(migrate(std::span(two_steps).first(1)), DatabaseError);
  constexpr std::array<Migration, 2> changed{
      {{1, "one", first_step, first_step, "changed"}, two_steps[1]}};
  EXPECT_THROW(migrate(changed), DatabaseError);
}

TEST_P(Migrate, ConcurrentMigrationsApplyEachStepOnce) {
  constexpr int count = 4;
  std::latch start(count);
  std::array<int, count> reached{};
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) {
    threads.emplace_back([&, i] {
      start.arrive_and_wait();
      EXPECT_NO_THROW(reached[static_cast<std::size_t>(i)] = migrate(two_steps).to);
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_THAT(reached, testing::Each(2));
  EXPECT_EQ(fresh_.value("select count(*) from t"), "2");
}

// --- the store ----------------------------------------------------------------------------------

class StoreContract : public test::StoreFixture {
 protected:
  /// Gives the rows of each statement.
  Result<std::vector<Rows>> write(std::vector<Statement> statements) {
    Batch batch;
    std::vector<Batch::Handle> handles;
    for (Statement& each : statements) {
      handles.push_back(batch.add_values(each.query, std::move(each.values)));
    }
    auto written = run(store_->write(owner_, std::move(batch)));
    if (!written) return std::unexpected(written.error());
    std::vector<Rows> rows;
    for (const auto handle : handles) rows.push_back(std::move((*written)[handle]));
    return rows;
  }

  int count(std::string_view name, Lane lane = Lane::point) {
    return read_column<int>(run(store_->read(count_rows, values(name), lane)).value(), "n");
  }

  const AccountId owner_ = new_account();
};

TEST_P(StoreContract, ReadsSeeAcknowledgedWrites) {
  ASSERT_TRUE(write({{insert_row, values(-1, "a")}, {insert_row, values(-2, "a")}}));
  EXPECT_EQ(count("a"), 2);
  EXPECT_EQ(count("a", Lane::scan), 2);
  EXPECT_EQ(fresh_.value("select count(*) from schema_migrations where name = 'a'"), "2");
}

TEST_P(StoreContract, ReturnsTheRowsOfEachStatement) {
  const auto written = write({{insert_row, values(-1, "a")},
                              {bump_row, values(-1, 0)},
                              {bump_row, values(-1, 1)},
                              {bump_row, values(-1, 1)}});
  ASSERT_TRUE(written);
  ASSERT_EQ(written->size(), 4U);
  EXPECT_EQ((*written)[0].size(), 0U);
  EXPECT_EQ(read_column<int>((*written)[1], "applied_at"), 1);
  EXPECT_EQ(read_column<int>((*written)[2], "applied_at"), 2);
  EXPECT_TRUE((*written)[3].empty()) << "a guard that does not hold is no failure";
}

TEST_P(StoreContract, ValuesRoundTrip) {
  const std::string bytes("\0\xFF'\\x", 5);
  for (const std::int64_t number : {std::int64_t{0}, std::int64_t{-1}, INT64_MAX, INT64_MIN}) {
    const auto rows =
        run(store_->read(echo, values(number, "Zoë 'x' \\ 王", Bytes{bytes}, "y"))).value();
    EXPECT_EQ(read_column<std::int64_t>(rows, "number"), number);
    EXPECT_EQ(read_column<std::string>(rows, "words"), "Zoë 'x' \\ 王");
    EXPECT_EQ(read_column<std::string>(rows, "bytes"), bytes);
    EXPECT_EQ(read_column<int>(rows, "seven"), 7);
    EXPECT_EQ(read_column<std::string>(rows, "letter"), "x");
    EXPECT_TRUE(read_column<bool>(rows, "filled"));
  }
}

TEST_P(StoreContract, NullAndEmptyDiffer) {
  const auto empty = run(store_->read(echo, values(1, "", Bytes{""}, ""))).value();
  EXPECT_EQ(read_column<std::optional<std::string>>(empty, "words"), "");
  EXPECT_EQ(read_column<std::optional<std::string>>(empty, "bytes"), "");
  EXPECT_FALSE(read_column<bool>(empty, "filled"));
  const auto null = std::nullopt;
  const auto rows = run(store_->read(echo, values(null, null, null, null))).value();
  for (std::size_t column : {0U, 1U, 4U, 5U}) EXPECT_TRUE(rows.cell(0, column).is_null());
}

TEST_P(StoreContract, LargeTextsRoundTrip) {
  const std::string large(3'000'000, 'x');
  const auto rows = run(store_->read(echo, values(1, large, Bytes{large}, large))).value();
  EXPECT_EQ(read_column<std::string>(rows, "words"), large);
}

TEST_P(StoreContract, AUniqueViolationIsAConflictAndAppliesNothing) {
  ASSERT_TRUE(write({{insert_row, values(-1, "a")}}));
  const auto written = write({{insert_row, values(-2, "b")}, {insert_row, values(-1, "b")}});
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, Errc::conflict);
  EXPECT_EQ(count("b"), 0);
  EXPECT_TRUE(write({{insert_row, values(-2, "b")}}));
}

TEST_P(StoreContract, ANullInTheRefusingColumnIsAConflictAndAppliesNothing) {
  const auto written = write({{insert_row, values(-2, "b")}, {set_no_revision, values(owner_)}});
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, Errc::conflict);
  EXPECT_EQ(count("b"), 0);
}

TEST_P(StoreContract, ANullInAnyOtherRequiredColumnThrows) {
  for (const Statement& broken :
       {Statement{insert_row, values(-1, std::nullopt)}, Statement{set_no_count, values(owner_)}}) {
    EXPECT_THROW(write({{insert_row, values(-2, "b")}, broken}), DatabaseError);
  }
  EXPECT_EQ(count("b"), 0);
  EXPECT_TRUE(write({{insert_row, values(-2, "b")}})) << "the store continues";
}

TEST_P(StoreContract, AWrongNumberOfParametersThrowsInEveryLane) {
  EXPECT_THROW(write({{insert_row, values(-1, "a")}, {insert_row, values(-2)}}), DatabaseError);
  EXPECT_EQ(count("a"), 0) << "nothing of the batch is applied";
  for (const Lane lane : {Lane::point, Lane::scan}) {
    EXPECT_THROW((void)run(store_->read(count_rows, {}, lane)), DatabaseError);
    EXPECT_EQ(count("a", lane), 0) << "the lane continues";
  }
}

TEST_P(StoreContract, ReadsCannotWrite) {
  for (const Lane lane : {Lane::point, Lane::scan}) {
    EXPECT_THROW((void)run(store_->read(insert_row, values(-1, "a"), lane)), DatabaseError);
  }
  EXPECT_EQ(count("a"), 0);
}

/// Writes a row, counts the rows, and expects each answer on the thread that it started on.
Task<void> write_and_count(Store& store, int version) {
  const auto here = std::this_thread::get_id();
  const auto bound = values(version, "loops");
  EXPECT_TRUE(co_await store.write_one({}, insert_row, bound));
  EXPECT_EQ(std::this_thread::get_id(), here);
  const auto rows = co_await store.read(count_rows, values("loops"), Lane::scan);
  EXPECT_GE(read_column<int>(*rows, "n"), 1);
  EXPECT_EQ(std::this_thread::get_id(), here);
}

TEST_P(StoreContract, EachLoopGetsItsOwnAnswers) {
  constexpr int loops = 2;
  constexpr int each = 100;
  std::array<asio::io_context, loops> contexts;
  std::vector<std::thread> threads;
  for (int number = 0; number < loops; ++number) {
    asio::io_context& loop = contexts[static_cast<std::size_t>(number)];
    std::unique_ptr<Store> store = database_->attach(loop.get_executor());
    threads.emplace_back([number, &loop, store = std::move(store)] {
      for (int i = 0; i < each; ++i) {
        const int version = -1 - number * each - i;
        asio::co_spawn(loop, write_and_count(*store, version), asio::detached);
      }
      loop.run();
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(count("loops"), loops * each);
  store_.reset();
  database_.reset();  // before the loops that its threads post to
}

TEST_P(StoreContract, WritesOfAnAccountAreAppliedInOrder) {
  ASSERT_TRUE(write({{insert_row, values(-1, "a")}}));
  int applied = 0;
  for (int i = 0; i < 300; ++i) {
    asio::co_spawn(
        loop_,
        [this, i, &applied]() -> Task<void> {
          // Holds only if exactly the i writes before it have been applied.
          const auto written = co_await store_->write_one(owner_, bump_row, values(-1, i));
          applied += written && !written->empty() ? 1 : 0;
        },
        asio::detached);
  }
  loop_.restart();
  loop_.run();
  EXPECT_EQ(applied, 300);
}

TEST_P(StoreContract, WritesSurviveReopening) {
  ASSERT_TRUE(write({{insert_row, values(-1, "kept")}}));
  store_.reset();
  database_.reset();
  database_ = fresh_.open();
  store_ = database_->attach(loop_.get_executor());
  EXPECT_EQ(count("kept"), 1);
}

TEST_P(StoreContract, AScanHasADeadlineAndDelaysNoPointRead) {
  auto scan = asio::co_spawn(loop_, store_->read(endless, {}, Lane::scan), asio::use_future);
  auto point = asio::co_spawn(loop_, store_->read(count_rows, values("a")), asio::use_future);
  const auto start = std::chrono::steady_clock::now();
  loop_.restart();
  while (point.wait_for(std::chrono::seconds(0)) != std::future_status::ready) loop_.run_one();
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2));
  loop_.run();
  const auto rows = scan.get();
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().code, Errc::unavailable);
  EXPECT_EQ(count("a", Lane::scan), 0) << "the lane continues";
}

TEST_P(StoreContract, CanBeDestroyedWhileRequestsWait) {
  asio::co_spawn(loop_, write_and_count(*store_, -1), asio::detached);
  loop_.poll();
  store_.reset();
}

class AttachDeathTest : public testing::TestWithParam<test::DatabaseKind> {};

TEST_P(AttachDeathTest, FindsAWrongStatementAtOnce) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto attach_with_wrong_statement = [] {
    const test::FreshDatabase fresh(GetParam());
    static const Query wrong("test.wrong", "select no_such_column from schema_migrations");
    auto database = fresh.migrated();
    asio::io_context loop;
    try {
      (void)database->attach(loop.get_executor());
    } catch (const DatabaseError& broken) {
      std::fputs(broken.what(), stderr);
      std::_Exit(7);
    }
    std::_Exit(0);
  };
  EXPECT_EXIT(attach_with_wrong_statement(), testing::ExitedWithCode(7), "test.wrong");
}

INSTANTIATE_TEST_SUITE_P(Databases, Migrate, testing::ValuesIn(test::database_kinds()),
                         test::kind_name);
INSTANTIATE_TEST_SUITE_P(Databases, StoreContract, testing::ValuesIn(test::database_kinds()),
                         test::kind_name);
INSTANTIATE_TEST_SUITE_P(Databases, AttachDeathTest, testing::ValuesIn(test::database_kinds()),
                         test::kind_name);

}  // namespace
}  // namespace kith::store
