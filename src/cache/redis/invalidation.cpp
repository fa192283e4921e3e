#include "cache/redis/invalidation.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/jitter.hpp"
#include "base/limits.hpp"
#include "cache/redis/principals.hpp"

namespace kith::cache::redis {

namespace asio = boost::asio;

Invalidation::Invalidation(asio::any_io_executor loop, Server server, std::function<void()> heard)
    : loop_(std::move(loop)),
      server_(std::move(server)),
      heard_(std::move(heard)),
      retry_(loop_),
      ping_(loop_) {
  server_.health.add();
}

void Invalidation::start() { asio::co_spawn(loop_, keep_listening(), asio::detached); }

void Invalidation::stop() {
  stopping_ = true;
  retry_.cancel();
  ping_.cancel();
  if (connection_) connection_->close();
}

Task<void> Invalidation::keep_listening() {
  const auto self = shared_from_this();
  std::chrono::microseconds delay = limits::redis_retry_delay_min;
  while (!stopping_) {
    std::string why;
    try {
      co_await listen();
    } catch (const boost::system::system_error& failed) {
      why = failed.code().message();
    } catch (const std::exception& failed) {
      why = failed.what();
    }
    connection_->close();
    ping_.cancel();
    const bool was_up = std::exchange(up_, false);
    if (stopping_) co_return;
    server_.health.note_down(is_quiet_ && was_up ? "it does not respond" : why, was_up);
    if (was_up) delay = limits::redis_retry_delay_min;
    retry_.expires_after(with_jitter(delay));
    co_await retry_.async_wait(asio::as_tuple(asio::use_awaitable));
    delay = std::min<std::chrono::microseconds>(delay * 2, limits::redis_retry_delay_max);
  }
}

/// Serves the connection until it breaks; ends with an exception.
Task<void> Invalidation::listen() {
  connection_ = std::make_shared<Connection>(loop_);
  co_await open_in_time(connection_, server_.url, command({"SUBSCRIBE", invalidation_channel}));
  if (stopping_) co_return;
  up_ = true;
  is_quiet_ = false;
  server_.health.note_up();
  heard_();
  asio::co_spawn(loop_, ping(), asio::detached);
  for (;;) {
    const Reply reply = co_await connection_->read();
    is_quiet_ = false;
    if (reply.kind == Reply::Kind::error) throw std::runtime_error("refused: " + reply.text);
    const bool is_message = reply.items.size() == 3 && reply.items[0].text == "message";
    if (is_message) heard_();
  }
}

/// Checks that the server is still there.
Task<void> Invalidation::ping() {
  const auto self = shared_from_this();
  const auto connection = connection_;
  const std::string question = command({"PING"});
  try {
    while (connection == connection_ && !is_quiet_) {
      is_quiet_ = true;
      co_await connection->write(question);
      ping_.expires_after(limits::redis_ping_interval);
      co_await ping_.async_wait(asio::use_awaitable);
    }
  } catch (const boost::system::system_error&) {
    co_return;  // the reader gets the error
  }
  if (connection == connection_) connection->close();
}

}  // namespace kith::cache::redis
