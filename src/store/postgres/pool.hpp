#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "store/postgres/connector.hpp"
#include "store/postgres/pipeline.hpp"
#include "store/postgres/request.hpp"
#include "store/stats.hpp"

namespace kith::store::postgres {

/// Options of a lane.
struct PoolOptions {
  ConnectionKind kind;
  std::size_t connections_max;
  std::size_t depth_max;  ///< requests in flight per connection
  std::size_t queue_max;
  std::shared_ptr<LaneStats> stats = std::make_shared<LaneStats>();  ///< counts the connections
};

/// The connections of one loop for one kind, and the requests that wait for a connection. It starts
/// with one connection and adds more while all are busy. While the server is unreachable it refuses
/// requests at once; while that is still unknown, requests wait until their deadline.
///
/// REQUIRES: used only on its loop, held by a shared_ptr; the connector outlives it.
class Pool : public std::enable_shared_from_this<Pool> {
 public:
  Pool(boost::asio::any_io_executor loop, Connector& connector, PoolOptions options)
      : loop_(std::move(loop)),
        connector_(connector),
        options_(std::move(options)),
        timer_(loop_) {}

  /// Sends the request or queues it.
  void run(Request request);

  /// Takes over a connection made for this pool.
  void adopt(Handle connection);

 private:
  static constexpr auto never = std::chrono::steady_clock::time_point::max();

  std::shared_ptr<Pipeline> choose();
  void grow();
  void send_waiting();
  void lose(const std::shared_ptr<Pipeline>& pipeline, const std::string& why);
  void note(Connector::Attempt attempt);
  void watch(std::chrono::steady_clock::time_point deadline);
  void unwatch();
  void end_late();
  void refuse_late(std::vector<Request>& late);
  static bool is_late(const Request& request);
  static void fail(Request& request, Failure::Kind kind, const std::string& why);

  boost::asio::any_io_executor loop_;
  Connector& connector_;
  PoolOptions options_;
  std::vector<std::shared_ptr<Pipeline>> ready_;
  std::deque<Request> waiting_;
  boost::asio::steady_timer timer_;
  std::chrono::steady_clock::time_point watched_ = never;  ///< when the timer is due
  std::size_t wanted_ = 0;                                 ///< connections being made
  bool unreachable_ = false;
  std::string why_;
};

}  // namespace kith::store::postgres
