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

/// What each connection of a process is made with. REQUIRES: `health` outlives the loops' run.
struct Server {
  Url url;
  Health& health;
};

/// A loop's connection, on which many calls are on their way, with a circuit breaker: a call has a
/// short deadline, and after a few failures in a row (late, refused) the connection is given up and
/// made anew after a pause that grows. Until a probe, which writes, has succeeded there, calls fail
/// at once and cost nothing. It begins to connect when it is started, and never gives up.
///
/// REQUIRES: used on its loop alone, held by a shared_ptr.
class Link : public std::enable_shared_from_this<Link> {
 public:
  Link(boost::asio::any_io_executor loop, Server server);
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  void start();

  /// Lets the calls on their way end and closes: the loop runs out of work.
  void stop();

  bool is_up() const { return up_; }

  /// What Redis answers to `request`, a whole command; nothing when it does not within
  /// `limits::redis_deadline`, refuses, or is away.
  Task<std::optional<Reply>> call(std::string request);

  /// The same for a script.
  Task<std::optional<Reply>> run(const Script& script, std::initializer_list<std::string_view> keys,
                                 std::initializer_list<std::string_view> arguments);

 private:
  using Steady = std::chrono::steady_clock;
  using Completion = std::move_only_function<void(std::optional<Reply>)>;

  /// A call on its way. `done` is empty once it was given up: its answer may still come.
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
  std::string why_;  // the connection was given up
  std::size_t failures_in_row_ = 0;
  bool is_sending_ = false;
  bool is_watching_ = false;
  bool up_ = false;
  bool stopping_ = false;
};

}  // namespace kith::cache::redis
