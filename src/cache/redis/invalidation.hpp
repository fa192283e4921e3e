#pragma once

#include <functional>
#include <memory>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/task.hpp"
#include "cache/redis/link.hpp"

namespace kith::cache::redis {

/// Listens on its own connection for messages from instances and commands about accounts whose
/// rights have changed (`invalidation_channel`). It reconnects as needed and gives up a silent
/// connection.
///
/// REQUIRES: used only on its loop, held by a shared_ptr.
class Invalidation : public std::enable_shared_from_this<Invalidation> {
 public:
  /// `heard` is called for each message, and after each reconnection, because messages sent
  /// meanwhile were missed.
  Invalidation(boost::asio::any_io_executor loop, Server server, std::function<void()> heard);
  Invalidation(const Invalidation&) = delete;
  Invalidation& operator=(const Invalidation&) = delete;

  void start();

  /// Closes the connection, so that the loop runs out of work.
  void stop();

 private:
  Task<void> keep_listening();
  Task<void> listen();
  Task<void> ping();

  boost::asio::any_io_executor loop_;
  Server server_;
  std::function<void()> heard_;
  std::shared_ptr<Connection> connection_;
  boost::asio::steady_timer retry_;
  boost::asio::steady_timer ping_;
  bool is_quiet_ = false;  // nothing was read since the last ping
  bool up_ = false;
  bool stopping_ = false;
};

}  // namespace kith::cache::redis
