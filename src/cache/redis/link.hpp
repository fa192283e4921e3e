#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/task.hpp"
#include "cache/health.hpp"
#include "cache/redis/connection.hpp"

namespace kith::cache::redis {

/// The parameters of a process's connections. REQUIRES: `health` outlives the loops' run.
struct Server {
  Url url;
  Health& health;
};

/// A loop's connection with many calls in flight and a circuit breaker. A call has a short
/// deadline. After a few failures in a row (timeouts, refusals) the connection is dropped and
/// reopened with backoff. Until a probe, which writes, succeeds, calls fail at once at no cost. It
/// connects when it is started and retries until it is stopped.
///
/// REQUIRES: used only on its loop, held by a shared_ptr.
class Link : public std::enable_shared_from_this<Link> {
 public:
  Link(boost::asio::any_io_executor loop, Server server);
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  void start();

  /// Closes the connection after the calls in flight, so that the loop runs out of work.
  void stop();

  bool is_up() const { return up_; }

  /// Returns Redis' answer to `request`, a complete command, or nothing if Redis is unavailable,
  /// refuses, or does not answer within `limits::redis_deadline`.
  Task<std::optional<Reply>> call(std::string request);

  /// Runs a script; otherwise the same as `call`.
  Task<std::optional<Reply>> run(const Script& script, std::initializer_list<std::string_view> keys,
                                 std::initializer_list<std::string_view> arguments);

 private:
  using Steady = std::chrono::steady_clock;
  using Completion = std::move_only_function<void(std::optional<Reply>)>;

  /// A call in flight. `done` is empty after it was given up: its answer may still come.
  struct Call {
    Steady::time_point deadline;
    Completion done;

    bool is_awaited() const { return static_cast<bool>(done); }
  };

  Task<void> keep_connected();
  Task<void> serve();
  Task<void> wait(std::chrono::microseconds pause);
  Task<std::optional<Reply>> exchange(std::string request);
  void send();
  Task<void> send_gathered();
  void take(Reply reply);
  void complete(Call& call, std::optional<Reply> reply);
  void watch_deadline();
  void give_up_late();
  void fail(const std::string& why);
  void lose(const std::string& why);

  boost::asio::any_io_executor loop_;
  Server server_;
  std::shared_ptr<Connection> connection_;
  boost::asio::steady_timer deadline_;
  boost::asio::steady_timer retry_;
  std::deque<Call> calls_;
  std::string unsent_;
  std::string why_;  // why the connection was given up
  std::size_t failures_in_row_ = 0;
  bool is_sending_ = false;
  bool is_watching_ = false;
  bool up_ = false;
  bool stopping_ = false;
};

}  // namespace kith::cache::redis
