#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "store/batch.hpp"
#include "store/bulk.hpp"
#include "store/migrations.hpp"
#include "store/query.hpp"
#include "store/stats.hpp"
#include "store/value.hpp"

namespace kith::store {

/// Thrown when the database is unavailable, damaged, or not as this program expects. Never caused
/// by the client: the session answers 500 or 503, and the text goes only to the log.
class DatabaseError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Selects the connections that run a read: a slow read must not delay the point reads of others.
enum class Lane : std::uint8_t {
  point,  ///< a row or a page by an index; on SQLite it runs on the loop's own thread
  scan,   ///< reads that grow with the account; bounded by `limits::scan_deadline`
};

/// The account for writes that belong to no account.
inline constexpr AccountId no_account{};

/// The column by which a statement refuses its batch: setting it to null makes the write a
/// `conflict`. A null in any other column that requires a value is a bug, not a conflict.
inline constexpr std::string_view refusing_column = "account_rev.rev";

/// The database as seen from one event loop. Every call is atomic: a read sees one snapshot, a
/// batch is applied completely or not at all.
///
/// REQUIRES: called on the loop that the store is attached to; the texts and bytes that `values`
/// point to live until the call ends (awaiting it in the caller's frame is enough).
class Store {
 public:
  virtual ~Store() = default;

  /// Returns the rows of a read-only statement. Errors: `unavailable` when the lane's queue is full
  /// or its deadline has passed.
  virtual Task<Result<Rows>> read(const Query& query, Values values, Lane lane = Lane::point) = 0;

  /// Applies `batch` and returns the rows of each statement after the commit is on disk. A
  /// statement that changes no row does not fail: the caller evaluates its RETURNING rows
  /// (architecture.md, guarded batch). `account` owns the writes: writes of one account run in the
  /// order of their calls. Errors: `conflict` when a unique value is taken, a statement
  /// refuses the batch (`refusing_column`) or a row would refer to a deleted row, and no statement
  /// is applied; `unavailable` when the queue or the account's share of it is full; `disk_full`.
  /// Throws DatabaseError.
  virtual Task<Result<WrittenRows>> write(AccountId account, Batch batch) = 0;

  /// Writes one statement, like `write`, and returns its rows.
  Task<Result<Rows>> write_one(AccountId account, const Query& query, Values values);

  const StoreStats& stats() const { return *stats_; }

 protected:
  /// Returns the statistics of a lane, which may outlive the store.
  std::shared_ptr<LaneStats> stats_of(LaneStats StoreStats::* lane) const {
    return {stats_, &(*stats_.*lane)};
  }
  std::shared_ptr<LaneStats> stats_of(Lane lane) const {
    return stats_of(lane == Lane::point ? &StoreStats::points : &StoreStats::scans);
  }

 private:
  std::shared_ptr<StoreStats> stats_ = std::make_shared<StoreStats>();
};

/// The result of `Database::migrate`.
struct Migrated {
  int from = 0;  ///< schema version before; 0 for an empty database
  int to = 0;    ///< schema version now
};

/// A database, opened once per process, which gives each event loop its own `Store`.
class Database {
 public:
  virtual ~Database() = default;

  /// Migrates the schema to the newest version, one transaction per migration, under a lock: of
  /// several processes that start together, one migrates and the others wait. Throws DatabaseError
  /// with a one-line message when the schema is newer than this program.
  virtual Migrated migrate(const StepListener& on_step = {}) = 0;

  /// Returns the number of the newest applied migration, or 0 for an empty database. Throws
  /// DatabaseError.
  virtual int schema() = 0;

  /// Returns the store of one loop; completions run on `loop`. Prepares every registered query, so
  /// that errors are found here. REQUIRES: `migrate` has run; the database outlives the store, and
  /// the loop's context outlives the database, whose threads post to it.
  virtual std::unique_ptr<Store> attach(boost::asio::any_io_executor loop) = 0;

  /// Begins a transaction over whole tables. On SQLite, `write` waits up to 5 s for another writer.
  /// REQUIRES: the database has a schema. Throws DatabaseError.
  virtual std::unique_ptr<Bulk> bulk(BulkMode mode) = 0;
};

}  // namespace kith::store
