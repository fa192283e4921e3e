#include "store/sqlite/writer.hpp"

#include <algorithm>

#include <boost/asio/post.hpp>

#include "base/limits.hpp"
#include "base/threads.hpp"

namespace kith::store::sqlite {

namespace {

/// Returns whether a value is taken, a row would refer to one that is gone, or the statement
/// refuses its batch.
bool is_conflict(const SqliteError& error) {
  switch (error.code()) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_FOREIGNKEY: return true;
    // SQLite names the column only at the end of its message.
    case SQLITE_CONSTRAINT_NOTNULL:
      return std::string_view(error.what()).ends_with(": " + std::string(refusing_column));
    default: return false;
  }
}

/// Returns the client's error for a failure that hit a whole group, if there is one.
std::optional<Error> refusal_of(const SqliteError& error) {
  switch (error.code() & 0xFF) {
    case SQLITE_FULL:
      return Error{.code = Errc::disk_full,
                   .detail = "The server has no disk space left. Nothing was changed."};
    case SQLITE_BUSY:
      return Error{.code = Errc::unavailable, .detail = "The database is busy. Try again shortly."};
    default: return std::nullopt;
  }
}

}  // namespace

Writer::Writer(const std::string& path) : connection_(path, Mode::write) {
  connection_.prepare_all();
  sqlite3_wal_hook(connection_.handle(), &Writer::look_at_log, this);
  thread_ = std::thread([this] { run(); });
}

Writer::~Writer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

int Writer::look_at_log(void* self, sqlite3* database, const char* name, int pages) {
  LogState& log = static_cast<Writer*>(self)->log_;
  log.pages = pages;
  ++log.commits;
  if (pages < limits::checkpoint_log_pages) return SQLITE_OK;
  // Pages that readers still need stay in the log; the next commit tries again.
  sqlite3_wal_checkpoint_v2(database, name, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  return SQLITE_OK;
}

/// Empties the log while the writer is idle, so that reads need not look for pages in it. Pages
/// that readers still need stay there until a later attempt.
void Writer::empty_log() {
  int pages = 0;
  int copied = 0;
  const int code = sqlite3_wal_checkpoint_v2(connection_.handle(), nullptr,
                                             SQLITE_CHECKPOINT_PASSIVE, &pages, &copied);
  if (code == SQLITE_OK && pages == copied) log_.pages = 0;
}

bool Writer::submit(WriteRequest& request) {
  {
    const std::lock_guard lock(mutex_);
    if (!queue_.push(request.account, request)) return false;
  }
  wake_.notify_one();
  return true;
}

void Writer::run() {
  name_thread("kith-writer");
  for (;;) {
    std::vector<WriteRequest> group = take_group();
    if (group.empty()) return;
    acknowledge(apply(std::move(group)));
  }
}

std::vector<WriteRequest> Writer::take_group() {
  std::unique_lock lock(mutex_);
  const auto has_work = [this] { return stopping_ || !queue_.empty(); };
  while (log_.pages.load() > 0 && !wake_.wait_for(lock, limits::checkpoint_idle, has_work)) {
    lock.unlock();
    empty_log();
    lock.lock();
  }
  wake_.wait(lock, has_work);
  std::vector<WriteRequest> group;
  std::size_t statements = 0;
  while (!queue_.empty() && group.size() < limits::write_group_max) {
    statements += queue_.front().statements.size();
    if (!group.empty() && statements > limits::write_group_statements_max) break;
    group.push_back(queue_.pop());
  }
  return group;
}

std::vector<Writer::Finished> Writer::apply(std::vector<WriteRequest> group) {
  std::vector<Finished> finished;
  finished.reserve(group.size());
  for (WriteRequest& request : group) finished.push_back({std::move(request), {}, {}});
  if (!apply_together(finished)) apply_apart(finished);
  return finished;
}

bool Writer::apply_together(std::vector<Finished>& finished) {
  try {
    connection_.execute("begin immediate");
    for (Finished& each : finished) each.result = run(each.request);
    connection_.execute("commit");
    return true;
  } catch (const DatabaseError&) {
    if (sqlite3_get_autocommit(connection_.handle()) == 0) connection_.execute("rollback");
    return false;
  }
}

void Writer::apply_apart(std::vector<Finished>& finished) {
  try {
    connection_.execute("begin immediate");
    for (Finished& each : finished) apply_one(each);
    connection_.execute("commit");
  } catch (const SqliteError& error) {
    if (sqlite3_get_autocommit(connection_.handle()) == 0) connection_.execute("rollback");
    const auto refusal = refusal_of(error);
    for (Finished& each : finished) {
      if (refusal) each.result = std::unexpected(*refusal);
      each.error = refusal ? nullptr : std::make_exception_ptr(DatabaseError(error.what()));
    }
  }
}

WrittenRows Writer::run(const WriteRequest& request) {
  std::vector<Rows> rows;
  rows.reserve(request.statements.size());
  for (const Statement& statement : request.statements) {
    rows.push_back(connection_.run(statement.query, statement.values));
  }
  return WrittenRows(std::move(rows));
}

void Writer::apply_one(Finished& each) {
  connection_.execute("savepoint request");
  try {
    each.result = run(each.request);
  } catch (const SqliteError& error) {
    // A failure that ends the transaction itself (disk full, I/O error) concerns the whole group.
    if (sqlite3_get_autocommit(connection_.handle()) != 0 || refusal_of(error)) throw;
    connection_.execute("rollback to request");
    if (is_conflict(error)) {
      each.result =
          refuse(Errc::conflict, "Another request changed this at the same time. Try again.");
    } else {
      each.error = std::make_exception_ptr(DatabaseError(error.what()));
    }
  } catch (const DatabaseError&) {
    connection_.execute("rollback to request");
    each.error = std::current_exception();
  }
  connection_.execute("release request");
}

void Writer::acknowledge(std::vector<Finished> finished) {
  // Wakes each loop once, not once per request.
  while (!finished.empty()) {
    const auto loop = finished.front().request.loop;
    const auto rest = std::partition(finished.begin(), finished.end(), [&](const Finished& each) {
      return each.request.loop == loop;
    });
    std::vector<Finished> ours(std::move_iterator(finished.begin()), std::move_iterator(rest));
    finished.erase(finished.begin(), rest);
    boost::asio::post(loop, [ours = std::move(ours)]() mutable {
      for (Finished& each : ours) each.request.done(each.error, std::move(each.result));
    });
  }
}

}  // namespace kith::store::sqlite
