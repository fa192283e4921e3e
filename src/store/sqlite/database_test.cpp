#include "store/sqlite/database.hpp"

#include <array>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <latch>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include "base/limits.hpp"
#include "base/temporary_folder.hpp"
#include "store/rows.hpp"

namespace kith::store::sqlite {
namespace {

namespace asio = boost::asio;

// The table that every database has, whatever its features. Negative versions are the tests'.
const Query insert_row(
    "test.insert_row",
    "insert into schema_migrations (version, name, sha256, applied_at) values ($1, $2, '', 0)");
const Query count_rows("test.count_rows",
                       "select count(*) as n from schema_migrations where name = $1");

/// A connection outside of Kith.
class Outside {
 public:
  explicit Outside(const std::string& path) {
    EXPECT_EQ(sqlite3_open(path.c_str(), &database_), SQLITE_OK);
    sqlite3_busy_timeout(database_, 2000);
  }
  ~Outside() { sqlite3_close(database_); }
  Outside(const Outside&) = delete;
  Outside& operator=(const Outside&) = delete;

  void execute(const char* text) {
    EXPECT_EQ(sqlite3_exec(database_, text, nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(database_);
  }

  /// Returns the first column of the first row as text.
  std::string value(const char* text) {
    std::string out = "nothing";
    const auto take = [](void* to, int, char** cells, char**) {
      *static_cast<std::string*>(to) = cells[0] ? cells[0] : "null";
      return 0;
    };
    EXPECT_EQ(sqlite3_exec(database_, text, take, &out, nullptr), SQLITE_OK)
        << sqlite3_errmsg(database_);
    return out;
  }

 private:
  sqlite3* database_ = nullptr;
};

template <class T>
T run(asio::io_context& loop, Task<T> task) {
  auto result = asio::co_spawn(loop, std::move(task), asio::use_future);
  loop.restart();
  loop.run();
  return result.get();
}

// --- migrations ---------------------------------------------------------------------------------

constexpr std::array<Migration, 2> two_steps{
    {{1, "one", "create table t (x bigint); insert into t values (1)", "", "aa"},
     {2, "it's two", "insert into t values (2); create table u (x bigint)", "", "bb"}}};

Migrated migrate(const std::string& path, std::span<const Migration> steps) {
  return open({.path = path, .migrations = steps, .clock = Clock([] { return Time{42}; })})
      ->migrate();
}

TEST(SqliteMigrate, AppliesAndRecordsAllStepsOnce) {
  const TemporaryFolder folder;
  const Migrated first = migrate(folder.file(), two_steps);
  EXPECT_EQ(first.from, 0);
  EXPECT_EQ(first.to, 2);
  const Migrated second = migrate(folder.file(), two_steps);
  EXPECT_EQ(second.from, 2);
  EXPECT_EQ(second.to, 2);
  Outside outside(folder.file());
  EXPECT_EQ(outside.value("select group_concat(x) from t"), "1,2");
  EXPECT_EQ(outside.value("select group_concat(version || name || sha256 || applied_at) "
                          "from schema_migrations"),
            "1oneaa42,2it's twobb42");
}

TEST(SqliteMigrate, AppliesLaterStepsLater) {
  const TemporaryFolder folder;
  migrate(folder.file(), std::span(two_steps).first(1));
  const Migrated later = migrate(folder.file(), two_steps);
  EXPECT_EQ(later.from, 1);
  EXPECT_EQ(later.to, 2);
}

TEST(SqliteMigrate, AFailedStepChangesNothing) {
  constexpr std::array<Migration, 2> steps{
      {two_steps[0], {2, "bad", "insert into t values (2); selec", "", "bb"}}};
  const TemporaryFolder folder;
  EXPECT_THROW(migrate(folder.file(), steps), DatabaseError);
  Outside outside(folder.file());
  EXPECT_EQ(outside.value("select group_concat(x) from t"), "1");
  EXPECT_EQ(outside.value("select max(version) from schema_migrations"), "1");
  EXPECT_EQ(migrate(folder.file(), two_steps).to, 2) << "a corrected step is applied";
}

TEST(SqliteMigrate, RefusesANewerSchemaAndAChangedText) {
  const TemporaryFolder folder;
  migrate(folder.file(), two_steps);
  EXPECT_THROW(migrate(folder.file(), std::span(two_steps).first(1)), DatabaseError);
  constexpr std::array<Migration, 2> changed{
      {{1, "one", "create table other (x bigint)", "", "changed"}, two_steps[1]}};
  EXPECT_THROW(migrate(folder.file(), changed), DatabaseError);
  Outside outside(folder.file());
  EXPECT_EQ(outside.value("select count(*) from schema_migrations"), "2");
}

TEST(SqliteMigrate, ConcurrentMigrationsApplyEachStepOnce) {
  for (int round = 0; round < 10; ++round) {
    const TemporaryFolder folder;
    constexpr int count = 4;
    std::latch start(count);
    std::array<int, count> reached{};
    std::vector<std::thread> threads;
    for (int i = 0; i < count; ++i) {
      threads.emplace_back([&, i] {
        start.arrive_and_wait();
        EXPECT_NO_THROW(reached[static_cast<std::size_t>(i)] =
                            migrate(folder.file(), two_steps).to);
      });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_THAT(reached, testing::Each(2));
    Outside outside(folder.file());
    EXPECT_EQ(outside.value("select group_concat(x) from t"), "1,2");
  }
}

// --- files --------------------------------------------------------------------------------------

class SqliteFiles : public testing::TestWithParam<mode_t> {};

TEST_P(SqliteFiles, AreReadableOnlyByTheOwnerWithAnyUmask) {
  const TemporaryFolder folder;
  const mode_t before = ::umask(GetParam());
  asio::io_context loop;
  auto database = open({.path = folder.file()});
  database->migrate();
  const auto store = database->attach(loop.get_executor());
  const auto written = run(loop, store->write_one({}, insert_row, values(-1, "x")));
  ::umask(before);
  EXPECT_TRUE(written);
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    struct stat facts{};
    ASSERT_EQ(::stat(entry.path().c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 07777, 0600U) << entry.path();
    ++files;
  }
  EXPECT_EQ(files, 4) << "the database, its lock, its log and the index of the log";
}

INSTANTIATE_TEST_SUITE_P(Umasks, SqliteFiles, testing::Values(0, 022, 077, 0777));

TEST(SqliteOpen, NeedsItsFolder) {
  const TemporaryFolder folder;
  EXPECT_THROW(open({.path = folder.file("missing/kith.db")}), DatabaseError);
  EXPECT_THROW(open({.path = folder.path().string()}), DatabaseError);
}

// --- the store ----------------------------------------------------------------------------------

class SqliteStore : public testing::Test {
 protected:
  SqliteStore() : database_(open({.path = folder_.file()})) {
    database_->migrate();
    store_ = database_->attach(loop_.get_executor());
  }

  Result<WrittenRows> write(const std::vector<Statement>& statements) {
    Batch batch;
    for (const Statement& each : statements) batch.add_values(each.query, each.values);
    return run(loop_, store_->write({}, std::move(batch)));
  }

  int count(std::string_view name, Lane lane = Lane::point) {
    return read_column<int>(run(loop_, store_->read(count_rows, values(name), lane)).value(), "n");
  }

  const TemporaryFolder folder_;
  asio::io_context loop_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<Store> store_;
};

/// The outcome of one of many writes.
enum class Fate : std::uint8_t { waiting, written, conflict, unavailable, broken };

Task<void> write_and_note(Store& store, std::int64_t version, std::optional<const char*> name,
                          Fate& fate) {
  try {
    Values parameters = values(version);
    if (name) parameters.push_back(to_value(*name));  // else it is a wrong count of parameters
    const auto written = co_await store.write_one({}, insert_row, std::move(parameters));
    if (written) {
      fate = Fate::written;
    } else {
      fate = written.error().code == Errc::conflict ? Fate::conflict : Fate::unavailable;
    }
  } catch (const DatabaseError&) {
    fate = Fate::broken;
  }
}

TEST_F(SqliteStore, AFailureInAGroupDoesNotAffectTheOthers) {
  Outside outside(folder_.file());
  outside.execute("begin immediate");  // so that the writes below form one group
  std::array<Fate, 40> fates{};
  for (std::size_t i = 0; i < fates.size(); ++i) {
    const bool duplicate = i % 4 == 1;
    const bool broken = i % 4 == 2;
    const auto version = -static_cast<std::int64_t>(duplicate ? i : i + 1);
    const auto name = broken ? std::nullopt : std::optional("group");
    asio::co_spawn(loop_, write_and_note(*store_, version, name, fates[i]), asio::detached);
  }
  loop_.poll();
  outside.execute("commit");
  loop_.restart();
  loop_.run();
  for (std::size_t i = 0; i < fates.size(); ++i) {
    const Fate expected = i % 4 == 1 ? Fate::conflict : i % 4 == 2 ? Fate::broken : Fate::written;
    EXPECT_EQ(fates[i], expected) << i;
  }
  EXPECT_EQ(count("group"), 20);
}

TEST_F(SqliteStore, RefusesWritesBeyondTheQueueAndAppliesTheRest) {
  Outside outside(folder_.file());
  outside.execute("begin immediate");
  constexpr std::size_t extra = 20;
  std::vector<Fate> fates(limits::write_queue_max + limits::write_group_max + extra, Fate::waiting);
  for (std::size_t i = 0; i < fates.size(); ++i) {
    const auto version = -1 - static_cast<std::int64_t>(i);
    asio::co_spawn(loop_, write_and_note(*store_, version, "q", fates[i]), asio::detached);
  }
  loop_.poll();
  outside.execute("commit");
  loop_.restart();
  loop_.run();
  const auto written = std::ranges::count(fates, Fate::written);
  const auto refused = std::ranges::count(fates, Fate::unavailable);
  EXPECT_GE(refused, static_cast<std::ptrdiff_t>(extra));
  EXPECT_GE(written, static_cast<std::ptrdiff_t>(limits::write_queue_max));
  EXPECT_EQ(static_cast<std::size_t>(written + refused), fates.size());
  EXPECT_EQ(count("q"), written);
}

/// Writes `statements` rows of an account, from `version` downwards, and records when it has ended.
struct LoggedWrite {
  AccountId account;
  std::int64_t version;
  int statements;

  static Task<void> run(Store& store, LoggedWrite write, std::vector<AccountId>& ended) {
    Batch batch;
    for (int i = 0; i < write.statements; ++i) batch.add(insert_row, write.version - i, "fair");
    if (co_await store.write(write.account, std::move(batch))) ended.push_back(write.account);
  }
};

TEST_F(SqliteStore, AWriteWaitsForOneBoundedGroupOfABulkWriter) {
  Outside outside(folder_.file());
  outside.execute("begin immediate");
  const AccountId bulk = AccountId::make({1});
  const AccountId other = AccountId::make({2});
  constexpr int writes = 300;
  constexpr int statements = 50;
  std::vector<AccountId> ended;
  for (int i = 0; i < writes; ++i) {
    asio::co_spawn(loop_, LoggedWrite::run(*store_, {bulk, -1 - i * statements, statements}, ended),
                   asio::detached);
  }
  asio::co_spawn(loop_, LoggedWrite::run(*store_, {other, -1'000'000, 1}, ended), asio::detached);
  loop_.poll();
  outside.execute("commit");
  loop_.restart();
  loop_.run();
  ASSERT_EQ(ended.size(), std::size_t{writes + 1});
  const auto before = std::ranges::find(ended, other) - ended.begin();
  // Only writes that the writer had already taken, and those of its own group, precede it.
  EXPECT_LE(before,
            2 * static_cast<std::ptrdiff_t>(limits::write_group_statements_max) / statements);
}

TEST_F(SqliteStore, RefusesAnAccountWithTooManyWritesAndServesOthers) {
  Outside outside(folder_.file());
  outside.execute("begin immediate");
  const AccountId bulk = AccountId::make({1});
  const AccountId other = AccountId::make({2});
  const auto many = static_cast<int>(limits::account_write_queue_max + limits::write_group_max);
  std::vector<AccountId> ended;
  for (int i = 0; i < many + 20; ++i) {
    asio::co_spawn(loop_, LoggedWrite::run(*store_, {bulk, -1 - i, 1}, ended), asio::detached);
  }
  asio::co_spawn(loop_, LoggedWrite::run(*store_, {other, -1'000'000, 1}, ended), asio::detached);
  loop_.poll();
  outside.execute("commit");
  loop_.restart();
  loop_.run();
  EXPECT_EQ(std::ranges::count(ended, other), 1);
  EXPECT_LE(std::ranges::count(ended, bulk), many);
  EXPECT_GE(std::ranges::count(ended, bulk),
            static_cast<std::ptrdiff_t>(limits::account_write_queue_max));
}

// --- the snapshot before a migration -------------------------------------------------------------

constexpr std::array<Migration, 3> three_steps{{{1, "one", "create table t (x text)", "", "aa"},
                                                {2, "two", "insert into t values ('two')", "", "b"},
                                                {3, "three", "insert into t values (3)", "", "c"}}};

class Snapshot : public testing::Test {
 protected:
  void migrate(std::size_t steps) const {
    const Clock clock([] { return Time::parse("2026-11-27T21:05:09Z").value(); });
    open(
        {.path = folder_.file(), .migrations = std::span(three_steps).first(steps), .clock = clock})
        ->migrate();
  }

  std::vector<std::string> snapshots() const {
    std::vector<std::string> found;
    for (const auto& each : std::filesystem::directory_iterator(folder_.path())) {
      const std::string name = each.path().filename();
      if (name.find(".schema-") != std::string::npos) found.push_back(name);
    }
    return found;
  }

  const TemporaryFolder folder_;
};

TEST_F(Snapshot, KeepsTheDataBeforeAMigration) {
  migrate(1);
  EXPECT_THAT(snapshots(), testing::IsEmpty()) << "there was nothing before";
  Outside(folder_.file()).execute("insert into t values ('precious')");
  migrate(3);
  ASSERT_THAT(snapshots(), testing::ElementsAre("kith.db.schema-1-20261127T210509Z"));
  const std::string path = folder_.file(snapshots().front());
  EXPECT_EQ(Outside(path).value("select group_concat(x) from t"), "precious");
  EXPECT_EQ(Outside(path).value("select count(*) from schema_migrations"), "1");
  const auto mode = std::filesystem::status(path).permissions();
  EXPECT_EQ(mode, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  migrate(3);
  EXPECT_EQ(snapshots().size(), 1U) << "nothing changes";
}

TEST_F(Snapshot, RemovesLeftoversOfAnInterruption) {
  migrate(1);
  std::ofstream(folder_.file("kith.db.snapshot.partial")) << "half of it";
  migrate(3);
  EXPECT_FALSE(std::filesystem::exists(folder_.file("kith.db.snapshot.partial")));
  EXPECT_EQ(Outside(folder_.file(snapshots().at(0))).value("select count(*) from t"), "0");
}

TEST_F(Snapshot, IsRequiredForAMigration) {
  migrate(1);
  const std::string path = folder_.file("kith.db.schema-1-20261127T210509Z");
  std::filesystem::create_directories(path + "/in the way");
  EXPECT_THROW(migrate(3), DatabaseError);
  EXPECT_EQ(Outside(folder_.file()).value("select count(*) from schema_migrations"), "1");
}

}  // namespace
}  // namespace kith::store::sqlite
