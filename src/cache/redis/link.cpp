#include "cache/redis/link.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/jitter.hpp"
#include "base/limits.hpp"

namespace kith::cache::redis {

namespace asio = boost::asio;

namespace {

/// Returns a write command that a connection must pass before it is used: a full server, a replica
/// and a server that is still loading refuse it.
std::string probe() { return command({"SET", "kith:probe", "1", "PX", "1000"}); }

/// Returns whether Redis refused or failed. An unknown script is not a failure.
bool is_refusal(const Reply& reply) {
  return reply.kind == Reply::Kind::error && !reply.is_error("NOSCRIPT");
}

}  // namespace

Link::Link(asio::any_io_executor loop, Server server)
    : loop_(std::move(loop)), server_(std::move(server)), deadline_(loop_), retry_(loop_) {
  server_.health.add();
}

void Link::start() { asio::co_spawn(loop_, keep_connected(), asio::detached); }

void Link::stop() {
  stopping_ = true;
  retry_.cancel();
  if (connection_ && calls_.empty()) connection_->close();
}

/// Serves one connection after the other.
Task<void> Link::keep_connected() {
  const auto self = shared_from_this();
  std::chrono::microseconds delay = limits::redis_retry_delay_min;
  while (!stopping_) {
    const auto begun = Steady::now();
    try {
      co_await serve();
    } catch (const std::exception& failed) {
      if (why_.empty()) why_ = failed.what();
    }
    lose(std::exchange(why_, {}));
    if (stopping_) co_return;
    const bool was_steady = Steady::now() - begun > limits::redis_steady_after;
    if (was_steady) delay = limits::redis_retry_delay_min;
    co_await wait(with_jitter(delay));
    delay = std::min<std::chrono::microseconds>(delay * 2, limits::redis_retry_delay_max);
  }
}

Task<void> Link::wait(std::chrono::microseconds pause) {
  retry_.expires_after(pause);
  co_await retry_.async_wait(asio::as_tuple(asio::use_awaitable));
}

/// Serves the connection until it breaks or is given up; ends with an exception.
Task<void> Link::serve() {
  connection_ = std::make_shared<Connection>(loop_);
  co_await open_in_time(connection_, server_.url, probe());
  if (stopping_) connection_->close();
  up_ = true;
  failures_in_row_ = 0;
  server_.health.note_up();
  try {
    for (;;) take(co_await connection_->read());
  } catch (const boost::system::system_error& failed) {
    throw std::runtime_error(failed.code().message());
  }
}

/// Fails all pending calls of a lost connection.
void Link::lose(const std::string& why) {
  connection_->close();
  unsent_.clear();
  for (Call& call : calls_) complete(call, std::nullopt);
  calls_.clear();
  const bool was_up = std::exchange(up_, false);
  if (!stopping_) server_.health.note_down(why, was_up);
}

Task<std::optional<Reply>> Link::run(const Script& script,
                                     std::initializer_list<std::string_view> keys,
                                     std::initializer_list<std::string_view> arguments) {
  std::string whole = script.by_text(keys, arguments);
  auto reply = co_await call(script.by_digest(keys, arguments));
  if (reply && reply->is_error("NOSCRIPT")) reply = co_await call(std::move(whole));
  co_return reply;
}

Task<std::optional<Reply>> Link::call(std::string request) {
  const bool is_open = !up_ || !why_.empty();
  if (is_open || calls_.size() >= limits::redis_calls_max) co_return std::nullopt;
  server_.health.count_call();
  auto reply = co_await exchange(std::move(request));
  if (reply && !is_refusal(*reply)) co_return reply;
  server_.health.count_failure();
  co_return std::nullopt;
}

/// Sends a request and waits for the answer until the deadline.
Task<std::optional<Reply>> Link::exchange(std::string request) {
  unsent_ += request;
  const auto start = [this](auto handler) {
    calls_.push_back({Steady::now() + limits::redis_deadline, Completion(std::move(handler))});
    watch_deadline();
    send();
  };
  co_return co_await asio::async_initiate<decltype(asio::use_awaitable),
                                          void(std::optional<Reply>)>(start, asio::use_awaitable);
}

void Link::send() {
  if (std::exchange(is_sending_, true)) return;
  asio::co_spawn(loop_, send_gathered(), asio::detached);
}

/// Sends gathered requests; those that arrive during a write go with the next write.
Task<void> Link::send_gathered() {
  const auto self = shared_from_this();
  const auto connection = connection_;
  try {
    while (!unsent_.empty()) {
      const std::string bytes = std::exchange(unsent_, {});
      co_await connection->write(bytes);
    }
  } catch (const boost::system::system_error& failed) {
    if (why_.empty()) why_ = failed.code().message();
    connection->close();
  }
  is_sending_ = false;
}

/// Completes the oldest call, because answers come in the order of the calls.
void Link::take(Reply reply) {
  if (calls_.empty()) throw std::runtime_error("unexpected reply");
  Call call = std::move(calls_.front());
  calls_.pop_front();
  const bool refused = is_refusal(reply);
  const std::string why = refused ? "refused: " + reply.text.substr(0, 80) : "";
  if (call.done && !refused) failures_in_row_ = 0;
  complete(call, std::move(reply));
  if (refused) fail(why);
  if (stopping_ && calls_.empty()) connection_->close();
}

/// Posts the completion, because the resumed caller may call again.
void Link::complete(Call& call, std::optional<Reply> reply) {
  if (!call.done) return;
  asio::post(loop_, [done = std::exchange(call.done, {}), reply = std::move(reply)]() mutable {
    done(std::move(reply));
  });
}

/// Arms the timer for the oldest awaited call: deadlines are equally long, so its deadline is next.
void Link::watch_deadline() {
  const auto next = std::ranges::find_if(calls_, &Call::is_awaited);
  if (is_watching_ || next == calls_.end()) return;
  is_watching_ = true;
  deadline_.expires_at(next->deadline);
  deadline_.async_wait([self = shared_from_this()](boost::system::error_code) {
    self->is_watching_ = false;
    self->give_up_late();
    self->watch_deadline();
  });
}

void Link::give_up_late() {
  const auto now = Steady::now();
  for (Call& call : calls_) {
    if (call.deadline > now) break;
    if (!call.done) continue;
    complete(call, std::nullopt);
    fail("calls time out");
  }
  if (stopping_ && std::ranges::none_of(calls_, &Call::is_awaited)) connection_->close();
}

/// Opens the circuit breaker after some failures in a row.
void Link::fail(const std::string& why) {
  if (++failures_in_row_ < limits::redis_failures_max || !why_.empty()) return;
  why_ = why;
  connection_->close();
}

}  // namespace kith::cache::redis
