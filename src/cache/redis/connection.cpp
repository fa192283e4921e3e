#include "cache/redis/connection.hpp"

#include <cstdint>
#include <stdexcept>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "base/limits.hpp"

namespace kith::cache::redis {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;

namespace {

/// Returns only the error code: some error texts repeat the command.
std::string code_of(const Reply& refusal) { return refusal.text.substr(0, refusal.text.find(' ')); }

}  // namespace

Task<void> Connection::open(const Url& url) {
  co_await connect(url);
  co_await sign_in(url);
}

Task<void> Connection::connect(const Url& url) {
  const auto found = co_await resolver_.async_resolve(url.host, url.port, asio::use_awaitable);
  co_await asio::async_connect(socket_, found, asio::use_awaitable);
  socket_.set_option(Tcp::no_delay(true));
}

Task<void> Connection::sign_in(const Url& url) {
  if (!url.password.empty()) {
    const std::string user = url.user.empty() ? "default" : url.user;
    const Reply reply = co_await ask(command({"AUTH", user, url.password}));
    if (reply.kind == Reply::Kind::error) {
      throw std::runtime_error("authentication failed: " + code_of(reply));
    }
  }
  const Reply reply = co_await ask(command({"SELECT", std::to_string(url.database)}));
  if (reply.kind == Reply::Kind::error) throw std::runtime_error(reply.text);
}

Task<Reply> Connection::ask(std::string request) {
  co_await write(request);
  co_return co_await read();
}

Task<void> Connection::write(const std::string& bytes) {
  co_await asio::async_write(socket_, asio::buffer(bytes), asio::use_awaitable);
}

Task<Reply> Connection::read() {
  for (;;) {
    if (auto reply = reader_.next()) co_return *std::move(reply);
    const std::size_t size =
        co_await socket_.async_read_some(asio::buffer(bytes_), asio::use_awaitable);
    reader_.feed({bytes_.data(), size});
  }
}

void Connection::close() {
  boost::system::error_code ignored;
  resolver_.cancel();
  socket_.close(ignored);
}

Task<void> open_in_time(std::shared_ptr<Connection> connection, const Url& url, std::string probe) {
  enum class State : std::uint8_t { opening, done, late };
  // Shared with the timer, which may expire just when the connection is made.
  const auto state = std::make_shared<State>(State::opening);
  asio::steady_timer timer(co_await asio::this_coro::executor, limits::redis_connect_timeout);
  timer.async_wait([state, connection](boost::system::error_code error) {
    if (error || *state != State::opening) return;
    *state = State::late;
    connection->close();
  });
  try {
    co_await connection->open(url);
    const Reply reply = co_await connection->ask(std::move(probe));
    if (reply.kind == Reply::Kind::error) throw std::runtime_error("refused: " + reply.text);
    *state = State::done;
  } catch (const boost::system::system_error& failed) {
    throw std::runtime_error(*state == State::late ? "connecting timed out"
                                                   : failed.code().message());
  }
}

}  // namespace kith::cache::redis
