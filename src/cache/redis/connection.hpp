#pragma once

#include <array>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "base/task.hpp"
#include "cache/redis/protocol.hpp"
#include "cache/redis/url.hpp"

namespace kith::cache::redis {

/// A connection to Redis, on one loop. All that waits ends with an exception when it is closed.
class Connection {
 public:
  explicit Connection(const boost::asio::any_io_executor& loop) : resolver_(loop), socket_(loop) {}

  /// Connects and signs in. Names are resolved on a thread of Asio's: that may take long. Throws
  /// std::exception, with a text that holds no secret.
  Task<void> open(const Url& url);

  /// Sends one command and reads its answer. REQUIRES: nothing else is on its way. Throws as
  /// `read`.
  Task<Reply> ask(std::string request);

  /// Sends bytes. REQUIRES: no other `write` is at it. Throws boost::system::system_error.
  Task<void> write(const std::string& bytes);

  /// The next answer. Throws boost::system::system_error, std::runtime_error for no RESP.
  Task<Reply> read();

  /// May be called at any time, and more than once.
  void close();

 private:
  Task<void> connect(const Url& url);
  Task<void> sign_in(const Url& url);

  boost::asio::ip::tcp::resolver resolver_;
  boost::asio::ip::tcp::socket socket_;
  Reader reader_;
  std::array<char, 16 * 1024> bytes_;
};

/// Opens `connection`, and sees that a first command is not refused, within
/// `limits::redis_connect_timeout`, but for the resolving of its name.
/// Throws std::runtime_error, with a text for the log.
Task<void> open_in_time(std::shared_ptr<Connection> connection, const Url& url, std::string probe);

}  // namespace kith::cache::redis
