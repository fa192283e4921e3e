#include <future>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.hpp"
#include "store/rows.hpp"
#include "testing/store_fixture.hpp"

/// Tests of the store that need a connection to a real server.
namespace kith::store::postgres {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

const Query select_revision("test.pg_revision",
                            "select rev from account_rev where account_id = $1");
const Query select_slowly("test.pg_slowly", "select 1 as one",
                          "select 1 as one from pg_sleep(1.5)");
const Query raise_revision("test.pg_raise",
                           "update account_rev set rev = rev + 1 where account_id = $1 "
                           "returning rev");
const Query divide_by_revision("test.pg_divide",
                               "select 1 / rev as one from account_rev where account_id = $1");

/// Runs only where a server is available.
class PostgresStore : public test::StoreFixture {
 protected:
  Result<Rows> raise(AccountId id) {
    return run(store_->write_one(id, raise_revision, values(id)));
  }

  int revision(AccountId id) {
    const auto rows = run(store_->read(select_revision, values(id)));
    return read_column<int>(rows.value(), "rev");
  }

  static std::string row_of(AccountId id) {
    std::string hex;
    for (const char c : id.uuid.bytes()) {
      constexpr std::string_view digits = "0123456789abcdef";
      hex += digits[static_cast<unsigned char>(c) >> 4];
      hex += digits[static_cast<unsigned char>(c) & 15];
    }
    return "where account_id = '\\x" + hex + "'";
  }

  /// Ends all sessions of the store, as a restart of the server does. A session that ends while it
  /// is being made counts as a missing server, so no connection may be in progress.
  void end_sessions() {
    loop_.restart();
    loop_.poll();
    std::this_thread::sleep_for(300ms);
    fresh_.value(
        "select count(pg_terminate_backend(pid)) from pg_stat_activity "
        "where datname = current_database() and pid <> pg_backend_pid()");
  }
};

TEST_P(PostgresStore, ContinuesAfterItsSessionsWereEnded) {
  const AccountId id = new_account();
  for (int round = 1; round <= 5; ++round) {
    end_sessions();
    EXPECT_EQ(revision(id), round - 1);
    end_sessions();
    ASSERT_TRUE(raise(id)) << "the lost session was detected before sending";
  }
}

TEST_P(PostgresStore, AReadInFlightIsRepeated) {
  const AccountId id = new_account();
  const Handle other = fresh_.session();
  execute(other.get(), "begin");
  execute(other.get(), "lock table account_rev in access exclusive mode");
  auto read = asio::co_spawn(loop_, store_->read(select_revision, values(id)), asio::use_future);
  loop_.restart();
  loop_.run_for(300ms);
  fresh_.value(
      "select count(pg_terminate_backend(pid)) from pg_stat_activity "
      "where datname = current_database() and wait_event_type = 'Lock'");
  loop_.run_for(100ms);
  execute(other.get(), "commit");
  loop_.run();
  EXPECT_EQ(read_column<int>(read.get().value(), "rev"), 0);
}

TEST_P(PostgresStore, ASlowReadDelaysNoOtherWhileAConnectionIsFree) {
  const AccountId id = new_account();
  auto slow = asio::co_spawn(loop_, store_->read(select_slowly, {}), asio::use_future);
  loop_.restart();
  loop_.run_for(50ms);
  for (int round = 0; round < 3; ++round) {
    std::vector<std::future<Result<Rows>>> quick;
    for (int i = 0; i < 4; ++i) {
      quick.push_back(
          asio::co_spawn(loop_, store_->read(select_revision, values(id)), asio::use_future));
    }
    loop_.restart();
    loop_.run_for(300ms);
    for (auto& each : quick) ASSERT_EQ(each.wait_for(0s), std::future_status::ready);
  }
  EXPECT_EQ(slow.wait_for(0s), std::future_status::timeout);
  loop_.run();
  EXPECT_TRUE(slow.get());
}

TEST_P(PostgresStore, AFailedReadDoesNotAffectReadsSentWithIt) {
  const AccountId zero = new_account();
  const AccountId one = new_account();
  ASSERT_TRUE(raise(one));
  const auto start = [&](const Query& query, const AccountId& id) {
    return asio::co_spawn(loop_, store_->read(query, values(id)), asio::use_future);
  };
  std::vector<std::future<Result<Rows>>> good;
  std::vector<std::future<Result<Rows>>> bad;
  for (int i = 0; i < 3; ++i) {
    good.push_back(start(divide_by_revision, one));
    bad.push_back(start(divide_by_revision, zero));
  }
  good.push_back(start(divide_by_revision, one));
  loop_.restart();
  loop_.run();
  for (auto& each : bad) EXPECT_THROW(static_cast<void>(each.get()), DatabaseError);
  for (auto& each : good) EXPECT_EQ(read_column<int>(each.get().value(), "one"), 1);
  EXPECT_EQ(revision(one), 1) << "the connection is still usable";
}

TEST_P(PostgresStore, AWriteIsAppliedOnceWhenItsSessionEndsBeforeTheCommit) {
  const AccountId id = new_account();
  const Handle other = fresh_.session();
  execute(other.get(), "begin");
  execute(other.get(), "select 1 from account_rev " + row_of(id) + " for update");
  auto write =
      asio::co_spawn(loop_, store_->write_one(id, raise_revision, values(id)), asio::use_future);
  loop_.restart();
  loop_.run_for(300ms);
  fresh_.value(
      "select count(pg_terminate_backend(pid)) from pg_stat_activity "
      "where datname = current_database() and wait_event_type = 'Lock'");
  loop_.run_for(100ms);
  execute(other.get(), "commit");
  loop_.run();
  EXPECT_TRUE(write.get()) << "the server has reported that it did not run it";
  EXPECT_EQ(revision(id), 1);
}

TEST_P(PostgresStore, ALockedRowDelaysOnlyItsOwnWrite) {
  const AccountId held = new_account();
  const AccountId free = new_account();
  const Handle other = fresh_.session();
  execute(other.get(), "begin");
  execute(other.get(), "select 1 from account_rev " + row_of(held) + " for update");
  std::vector<std::future<Result<Rows>>> waiting;
  for (int i = 0; i < 20; ++i) {
    waiting.push_back(asio::co_spawn(loop_, store_->write_one(held, raise_revision, values(held)),
                                     asio::use_future));
  }
  auto written = asio::co_spawn(loop_, store_->write_one(free, raise_revision, values(free)),
                                asio::use_future);
  loop_.restart();
  const auto start = std::chrono::steady_clock::now();
  while (written.wait_for(0s) != std::future_status::ready) loop_.run_one();
  EXPECT_TRUE(written.get());
  EXPECT_LT(std::chrono::steady_clock::now() - start, 1s);
  execute(other.get(), "commit");
  loop_.run();
  for (auto& each : waiting) EXPECT_TRUE(each.get());
  EXPECT_EQ(revision(held), 20);
}

TEST_P(PostgresStore, ALongLockedRowIsUnavailable) {
  const AccountId id = new_account();
  const Handle other = fresh_.session();
  execute(other.get(), "begin");
  execute(other.get(), "select 1 from account_rev " + row_of(id) + " for update");
  const auto refused = raise(id);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::unavailable);
  execute(other.get(), "commit");
  EXPECT_TRUE(raise(id));
}

TEST_P(PostgresStore, WritesWaitForALockedRowUntilTheirDeadline) {
  const AccountId id = new_account();
  const Handle other = fresh_.session();
  execute(other.get(), "begin");
  execute(other.get(), "select 1 from account_rev " + row_of(id) + " for update");
  std::vector<std::future<Result<Rows>>> waiting;
  for (int i = 0; i < 20; ++i) {
    waiting.push_back(
        asio::co_spawn(loop_, store_->write_one(id, raise_revision, values(id)), asio::use_future));
  }
  const auto start = std::chrono::steady_clock::now();
  loop_.restart();
  loop_.run();
  EXPECT_LT(std::chrono::steady_clock::now() - start,
            limits::write_deadline + 2 * limits::row_lock_deadline);
  for (auto& each : waiting) EXPECT_EQ(each.get().error().code, Errc::unavailable);
}

TEST_P(PostgresStore, AStatementIsPreparedAgainAfterASchemaChange) {
  const AccountId id = new_account();
  fresh_.value("alter table account_rev alter column rev type numeric");
  fresh_.value("alter table account_rev alter column rev type bigint");
  EXPECT_EQ(revision(id), 0);
  EXPECT_TRUE(raise(id));
}

TEST_P(PostgresStore, RefusesADatabaseThatIsNotUtf8) {
  fresh_.value("drop database if exists unit_latin");
  fresh_.value("create database unit_latin encoding 'LATIN1' locale 'C' template template0");
  auto url = Url::parse(test::test_server()).value();
  url.parameters["dbname"] = "unit_latin";
  EXPECT_THAT([&] { open({.url = url})->migrate(); },
              testing::ThrowsMessage<DatabaseError>(testing::HasSubstr("UTF8")));
}

TEST_P(PostgresStore, AValueOfAnotherTypeIsBroken) {
  EXPECT_THROW((void)run(store_->read(select_revision, values("text"))), DatabaseError);
  EXPECT_THROW((void)run(store_->read(select_revision, values(5))), DatabaseError);
}

std::vector<test::DatabaseKind> servers() {
  if (test::test_server().empty()) return {};
  return {test::DatabaseKind::postgres};
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(PostgresStore);
INSTANTIATE_TEST_SUITE_P(Databases, PostgresStore, testing::ValuesIn(servers()), test::kind_name);

}  // namespace
}  // namespace kith::store::postgres
