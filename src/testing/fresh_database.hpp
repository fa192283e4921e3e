#pragma once

#include <atomic>
#include <cstdlib>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <unistd.h>

#include "base/temporary_folder.hpp"
#include "store/postgres/connection.hpp"
#include "store/postgres/database.hpp"
#include "store/sqlite/database.hpp"

/// Databases for tests that run on each database kind.
namespace kith::test {

/// The database kinds that store tests run on.
enum class DatabaseKind : std::uint8_t { sqlite, postgres };

/// Returns the URL of a disposable PostgreSQL server: KITH_TEST_POSTGRES, set by
/// tests/databases.py. Empty if there is no server.
inline std::string test_server() {
  const char* url = std::getenv("KITH_TEST_POSTGRES");
  return url ? url : "";
}

/// Returns the available database kinds. `./dev test` fails if PostgreSQL is missing.
inline std::vector<DatabaseKind> database_kinds() {
  if (test_server().empty()) return {DatabaseKind::sqlite};
  return {DatabaseKind::sqlite, DatabaseKind::postgres};
}

/// Returns the name of a kind for test names.
inline std::string kind_name(const testing::TestParamInfo<DatabaseKind>& info) {
  return info.param == DatabaseKind::sqlite ? "sqlite" : "postgres";
}

/// An empty database for a single test.
class FreshDatabase {
 public:
  explicit FreshDatabase(DatabaseKind kind) : kind_(kind) {
    if (kind_ == DatabaseKind::postgres) url_ = make();
  }

  DatabaseKind kind() const { return kind_; }

  /// Opens the database. May be called several times.
  std::unique_ptr<store::Database> open(
      std::span<const store::Migration> steps = store::migrations()) const {
    const Clock clock([] { return Time{42}; });
    if (url_) return store::postgres::open({.url = *url_, .migrations = steps, .clock = clock});
    return store::sqlite::open({.path = folder_.file(), .migrations = steps, .clock = clock});
  }

  /// Opens the database with the current schema.
  std::unique_ptr<store::Database> migrated() const {
    auto database = open();
    database->migrate();
    return database;
  }

  /// Returns a direct session, configured for a connection kind. REQUIRES: PostgreSQL.
  store::postgres::Handle session(
      store::postgres::ConnectionKind purpose = store::postgres::ConnectionKind::migrate) const {
    return store::postgres::connect(url_.value(), purpose);
  }

  /// Runs a statement directly and returns the first column of the first row, or "nothing".
  std::string value(const std::string& text) const {
    if (!url_) return sqlite_value(text);
    const auto result = store::postgres::execute(session().get(), text);
    return PQntuples(result.get()) == 0 ? "nothing" : PQgetvalue(result.get(), 0, 0);
  }

 private:
  /// Creates a database and returns its URL.
  static store::postgres::Url make() {
    static std::atomic<int> count = 0;
    const auto server = store::postgres::Url::parse(test_server());
    if (!server) throw std::runtime_error("KITH_TEST_POSTGRES " + std::string(server.error()));
    const auto session =
        store::postgres::connect(*server, store::postgres::ConnectionKind::migrate);
    const std::string name = "unit_" + std::to_string(::getpid()) + "_" + std::to_string(++count);
    store::postgres::execute(session.get(), "create database " + name);
    store::postgres::Url url = *server;
    url.parameters["dbname"] = name;
    return url;
  }

  std::string sqlite_value(const std::string& text) const {
    sqlite3* database = nullptr;
    EXPECT_EQ(sqlite3_open(folder_.file().c_str(), &database), SQLITE_OK);
    std::string out = "nothing";
    const auto take = [](void* to, int, char** cells, char**) {
      *static_cast<std::string*>(to) = cells[0] ? cells[0] : "";
      return 0;
    };
    EXPECT_EQ(sqlite3_exec(database, text.c_str(), take, &out, nullptr), SQLITE_OK)
        << sqlite3_errmsg(database);
    sqlite3_close(database);
    return out;
  }

  DatabaseKind kind_;
  TemporaryFolder folder_;
  std::optional<store::postgres::Url> url_;
};

}  // namespace kith::test
