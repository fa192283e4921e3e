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

/// A connection to Redis on one loop. When it is closed, all pending calls throw.
class Connection {
 public:
  explicit Connection(const boost::asio::any_io_executor& loop) : resolver_(loop), socket_(loop) {}

  /// Connects and signs in. Names are resolved on one of Asio's threads, which may take long.
  /// Throws std::exception, with a text that holds no secret.
  Task<void> open(const Url& url);

  /// Sends one command and reads its answer. Throws as `read`. REQUIRES: no other command is in
  /// flight.
  Task<Reply> ask(std::string request);

  /// Sends bytes. Throws boost::system::system_error. REQUIRES: no other `write` is in progress.
  Task<void> write(const std::string& bytes);

  /// Returns the next answer. Throws boost::system::system_error, or std::runtime_error if it is
  /// not RESP.
  Task<Reply> read();

  /// Closes the connection. May be called at any time, and repeatedly.
  void close();

 private:
  Task<void> connect(const Url& url);
  Task<void> sign_in(const Url& url);

  boost::asio::ip::tcp::resolver resolver_;
  boost::asio::ip::tcp::socket socket_;
  Reader reader_;
  std::array<char, 16 * 1024> bytes_;
};

/// Opens `connection` and checks that `probe` succeeds, within `limits::redis_connect_timeout` plus
/// the time to resolve its name. Throws std::runtime_error, with a text for the log.
Task<void> open_in_time(std::shared_ptr<Connection> connection, const Url& url, std::string probe);

}  // namespace kith::cache::redis
