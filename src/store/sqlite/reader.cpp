#include "store/sqlite/reader.hpp"

#include <utility>

#include <boost/asio/post.hpp>

#include "base/limits.hpp"

namespace kith::store::sqlite {

Reader::Reader(const std::string& path, boost::asio::any_io_executor loop, const LogState& log)
    : connection_(path, Mode::read), loop_(std::move(loop)), log_(log) {}

Rows Reader::run(const Query& query, const Values& values) {
  if (shares_ && log_.commits.load() != commits_) leave();
  // The first read of a turn is often the only one: a shared snapshot would not pay off.
  if (!in_turn_) {
    begin_turn();
  } else if (!shares_) {
    enter();
  }
  return connection_.run(query, values);
}

void Reader::begin_turn() {
  in_turn_ = true;
  // Runs after all handlers that are ready now, before the loop polls for events.
  boost::asio::post(loop_, [this] {
    in_turn_ = false;
    if (shares_) leave();
  });
}

void Reader::enter() {
  // SQLite restarts the log only at a moment without readers: beyond this size, share no snapshot.
  if (log_.pages.load() > limits::shared_snapshot_log_pages_max) return;
  commits_ = log_.commits.load();  // before the snapshot, which sees this or newer
  connection_.execute("begin");
  shares_ = true;
}

void Reader::leave() {
  shares_ = false;
  // A failure may have ended the transaction. There is nothing to commit, and committing fails on a
  // damaged file.
  if (sqlite3_get_autocommit(connection_.handle()) == 0) connection_.execute("rollback");
}

}  // namespace kith::store::sqlite
