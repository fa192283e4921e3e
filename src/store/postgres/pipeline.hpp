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

/// A connection with many requests in flight. A write or a scan ends in its own Sync and is its own
/// transaction. The point reads of one turn of the loop share a Sync, so they are sent and answered
/// together: after a failed read, the remaining reads are undone and must be retried. Nothing here
/// ever sends BEGIN. Answers come in the order of the requests. While no request is in flight, the
/// pipeline does not keep the loop running.
///
/// REQUIRES: used only on its loop, held by a shared_ptr.
class Pipeline : public std::enable_shared_from_this<Pipeline> {
 public:
  /// Callbacks that report progress.
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

  /// Returns the number of requests in flight.
  std::size_t depth() const { return in_flight_.size(); }

  /// Returns whether a request is sent at once, together with the other requests of this turn,
  /// without waiting for earlier requests.
  bool is_free() const { return in_flight_.empty() || unsynced_; }

  /// Returns whether the server has not closed the connection; used while no request is in flight.
  bool is_alive();

  /// Sends a request; on a lane of point reads it has one step. Returns false when the connection
  /// turns out to be lost: then the request takes no effect and is untouched.
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
  /// Completes the requests that have their results; `usable`: whether more results can come.
  void answer(bool usable);
  /// Reads available results; returns false when the connection is unusable.
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
  std::size_t syncs_ = 0;  ///< in flight
  bool unsynced_ = false;  ///< reads were sent without a Sync
  bool reading_ = false;
  bool writing_ = false;
  bool flushing_ = false;
  bool doomed_ = false;  ///< unusable because of `why_`
  std::string why_;
  bool broken_ = false;
};

}  // namespace kith::store::postgres
