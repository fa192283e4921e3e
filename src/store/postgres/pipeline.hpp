#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "store/postgres/connection.hpp"
#include "store/postgres/request.hpp"

namespace kith::store::postgres {

/// A connection on which many requests are on their way at once. A write, and a long read, ends in
/// a Sync of its own, so each is a transaction of its own. The point reads of one turn of the loop
/// share one, so they leave together and are answered together: after one that fails, the others
/// are undone, and are to be read again. Nothing here ever says BEGIN. Answers come in the order of
/// the requests. While none is on its way, it keeps no loop running.
///
/// REQUIRES: used on its loop alone, held by a shared_ptr.
class Pipeline : public std::enable_shared_from_this<Pipeline> {
 public:
  /// Whom it tells what happens.
  struct Listener {
    std::function<void()> progressed;
    std::function<void(const std::shared_ptr<Pipeline>&, const std::string& why)> broke;
  };

  /// Takes over a connection made by `connect` and `prepare_all` for `kind`. Throws
  /// std::system_error when the process has no file descriptor left.
  Pipeline(boost::asio::any_io_executor loop, Handle connection, ConnectionKind kind);
  ~Pipeline() = default;
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  void listen(Listener listener) { listener_ = std::move(listener); }

  /// How many requests are on their way.
  std::size_t depth() const { return in_flight_.size(); }

  /// Whether a request leaves at once, with what else there is of this turn: none that was sent
  /// before is in front of it.
  bool is_free() const { return in_flight_.empty() || unsynced_; }

  /// Whether the server has not hung up; looked at while nothing is on its way.
  bool is_alive();

  /// Sends a request; on a lane of points it has one step. False when the connection turned out to
  /// be lost: then nothing of it can take effect, and the request is untouched.
  bool send(Request& request);

 private:
  struct InFlight {
    Request request;
    std::vector<Rows> rows;
    std::optional<Failure> failure;
  };
  struct Finished {
    Completion<Outcome> done;
    Outcome outcome;
  };

  bool shares_sync() const { return kind_ == ConnectionKind::point; }
  bool is_waiting() const { return !in_flight_.empty() || syncs_ > 0; }
  bool sync();
  void flush_soon();
  void flush();
  void wait_readable();
  void wait_writable();
  void watch();
  void on_readable();
  /// Answers whom it can; `usable`: whether more will come.
  void answer(bool usable);
  /// Takes what has come; false when the connection is of no use any more.
  bool take_results(std::vector<Finished>& finished);
  void take_result(const PGresult* result, std::vector<Finished>& finished);
  void take_rows(const PGresult* result);
  void finish_first(std::vector<Finished>& finished);
  void note_error(const PGresult* result);
  void break_off(const std::string& why);
  bool break_off_soon();
  static void note_notice(void* self, const PGresult* notice);

  boost::asio::any_io_executor loop_;
  Handle connection_;
  // A duplicate of libpq's descriptor, owned here: libpq closes its own whenever it finds the
  // connection dead, and the kernel gives that number to the next socket of any thread. Declared
  // after the connection, so that it leaves epoll before PQfinish.
  boost::asio::posix::stream_descriptor socket_;
  boost::asio::steady_timer watchdog_;
  ConnectionKind kind_;
  std::chrono::steady_clock::time_point heard_at_;
  Listener listener_;
  std::deque<InFlight> in_flight_;
  std::size_t syncs_ = 0;  ///< on their way
  bool unsynced_ = false;  ///< reads were sent that have no Sync yet
  bool reading_ = false;
  bool writing_ = false;
  bool flushing_ = false;
  bool doomed_ = false;  ///< it is of no use any more, because of `why_`
  std::string why_;
  bool broken_ = false;
};

}  // namespace kith::store::postgres
