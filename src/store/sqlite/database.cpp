#include "store/sqlite/database.hpp"

#include <optional>

#include <spdlog/spdlog.h>

#include "base/limits.hpp"
#include "store/migrate.hpp"
#include "store/rows.hpp"
#include "store/sqlite/bulk.hpp"
#include "store/sqlite/reader.hpp"
#include "store/sqlite/scanner.hpp"
#include "store/sqlite/snapshot.hpp"
#include "store/sqlite/use_lock.hpp"
#include "store/sqlite/writer.hpp"

namespace kith::store::sqlite {

namespace {

/// Reads the applied migrations without a registered query: registered queries need the final
/// schema.
std::vector<AppliedMigration> read_applied(Connection& connection) {
  std::vector<AppliedMigration> applied;
  const auto add = [](void* to, int, char** cells, char**) {
    static_cast<std::vector<AppliedMigration>*>(to)->push_back({std::stoi(cells[0]), cells[1]});
    return 0;
  };
  const char* text = "select version, sha256 from schema_migrations order by version";
  if (sqlite3_exec(connection.handle(), text, add, &applied, nullptr) != SQLITE_OK) {
    throw DatabaseError(std::string("schema_migrations: ") + sqlite3_errmsg(connection.handle()));
  }
  return applied;
}

class LoopStore : public Store {
 public:
  LoopStore(const std::string& path, boost::asio::any_io_executor loop, Writer& writer,
            Scanner& scanner)
      : reader_(path, loop, writer.log()),
        loop_(std::move(loop)),
        writer_(writer),
        scanner_(scanner) {}

  Task<Result<Rows>> read(const Query& query, Values values, Lane lane) override {
    Call call(stats_of(lane));
    if (lane == Lane::point) co_return call.end<Rows>(reader_.run(query, values));
    co_return call.end(co_await wait_for<Result<Rows>>(loop_, [&](Completion<Result<Rows>> done) {
      const auto deadline = std::chrono::steady_clock::now() + limits::scan_deadline;
      ScanRequest request{&query, &values, loop_, deadline, std::move(done)};
      if (!scanner_.submit(request)) {
        request.done(nullptr,
                     refuse(Errc::unavailable, "Too many searches are queued. Try again shortly."));
      }
    }));
  }

  Task<Result<WrittenRows>> write(AccountId account, Batch batch) override {
    Call call(stats_of(&StoreStats::writes));
    co_return call.end(co_await wait_for<Written>(loop_, [&](Completion<Written> done) {
      WriteRequest request{account, batch.statements(), loop_, std::move(done)};
      if (!writer_.submit(request)) {
        request.done(nullptr,
                     refuse(Errc::unavailable, "Too many writes are queued. Try again shortly."));
      }
    }));
  }

 private:
  Reader reader_;
  boost::asio::any_io_executor loop_;
  Writer& writer_;
  Scanner& scanner_;
};

class SqliteDatabase : public Database {
 public:
  explicit SqliteDatabase(Options options) : options_(std::move(options)) {
    make_private_file(options_.path);
  }

  Migrated migrate(const StepListener& on_step) override {
    const MigrationLock lock(options_.path);
    Connection connection(options_.path, Mode::write);
    connection.execute("begin immediate");
    connection.execute(create_migrations_table);
    connection.execute("commit");
    keep_snapshot(connection);
    std::optional<Migrated> done;
    for (;;) {
      const Migrated step = migrate_one(connection, on_step);
      if (!done) done = step;
      done->to = step.to;
      if (step.from == step.to) return *done;
    }
  }

  int schema() override {
    Connection connection(options_.path, Mode::read);
    const auto found = connection.prepare(
        "select 1 from sqlite_master where type = 'table' and name = 'schema_migrations'");
    return connection.step(found.get()) ? static_cast<int>(read_applied(connection).size()) : 0;
  }

  std::unique_ptr<Store> attach(boost::asio::any_io_executor loop) override {
    in_use_.share(options_.path);
    if (!writer_) writer_.emplace(options_.path);
    if (!scanner_) scanner_.emplace(options_.path);
    return std::make_unique<LoopStore>(options_.path, std::move(loop), *writer_, *scanner_);
  }

  std::unique_ptr<Bulk> bulk(BulkMode mode) override { return open_bulk(options_.path, mode); }

 private:
  /// Writes a snapshot of a database that is not empty and is about to be migrated.
  void keep_snapshot(Connection& connection) {
    const auto applied = read_applied(connection);
    if (applied.empty() || pending(applied, options_.migrations).empty()) return;
    const int schema = static_cast<int>(applied.size());
    const auto path = write_snapshot(connection, options_.path, schema, options_.clock.now());
    spdlog::info("migration: wrote a snapshot of the database to {}", path);
  }

  /// Applies the next migration, if any, in a transaction that also checks whether another process
  /// was faster.
  Migrated migrate_one(Connection& connection, const StepListener& on_step) {
    connection.execute("begin immediate");
    const auto applied = read_applied(connection);
    const auto steps = pending(applied, options_.migrations);
    const int version = static_cast<int>(applied.size());
    if (steps.empty()) {
      connection.execute("commit");
      return {version, version};
    }
    const Migration& step = steps.front();
    if (on_step) on_step(step);
    connection.execute(step.sqlite);
    connection.execute(
        "insert into schema_migrations (version, name, sha256, applied_at) values (" +
        std::to_string(step.number) + ", " + sql_literal(step.name) + ", " +
        sql_literal(step.sha256_hex) + ", " + std::to_string(options_.clock.now().micros) + ")");
    connection.execute("commit");
    return {version, version + 1};
  }

  Options options_;
  UseLock in_use_;
  std::optional<Writer> writer_;
  std::optional<Scanner> scanner_;
};

}  // namespace

std::unique_ptr<Database> open(Options options) {
  return std::make_unique<SqliteDatabase>(std::move(options));
}

}  // namespace kith::store::sqlite
