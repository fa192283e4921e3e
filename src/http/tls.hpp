#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/task.hpp"
#include "base/time.hpp"

namespace kith::http {

/// The server's certificate and private key in PEM files. Shared by all event loops; thread-safe.
class Tls {
 public:
  using Context = boost::asio::ssl::context;

  /// Reads the files. Configures TLS 1.2 and newer (Mozilla's intermediate profile). Throws
  /// std::runtime_error with the file and the reason.
  Tls(std::string certificate, std::string key);

  /// Reads the files again, for new connections. Throws like the constructor and then keeps the
  /// previous certificate.
  void reload();

  /// Returns the expiry time of the certificate.
  Time expires_at() const;

  /// Returns the context for a new connection.
  std::shared_ptr<Context> context() const;

 private:
  std::string certificate_;
  std::string key_;
  mutable std::mutex mutex_;
  std::shared_ptr<Context> context_;
};

/// The TCP socket of a connection.
using Socket =
    boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;

/// A TLS connection (RFC 8446) with the socket interface that `Session` uses.
class TlsStream {
 public:
  using executor_type = Socket::executor_type;
  static constexpr auto shutdown_both = Socket::shutdown_both;

  TlsStream(Socket socket, Tls::Context& context) : stream_(std::move(socket), context) {}

  executor_type get_executor() { return stream_.get_executor(); }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return stream_.async_read_some(buffers, std::forward<Token>(token));
  }

  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return stream_.async_write_some(buffers, std::forward<Token>(token));
  }

  /// Performs the TLS handshake. Returns false if it fails.
  Task<bool> shake_hands() {
    const auto [error] =
        co_await stream_.async_handshake(boost::asio::ssl::stream_base::server, no_throw);
    co_return !error;
  }

  /// Sends close_notify, waits for the client's, and shuts down the sending side.
  Task<void> say_goodbye() {
    co_await stream_.async_shutdown(no_throw);
    boost::system::error_code ignored;
    stream_.next_layer().shutdown(Socket::shutdown_send, ignored);
  }

  /// Returns the underlying TCP socket.
  Socket& socket() { return stream_.next_layer(); }

  void cancel() { stream_.next_layer().cancel(); }
  void shutdown(Socket::shutdown_type what, boost::system::error_code& error) {
    stream_.next_layer().shutdown(what, error);
  }
  void close(boost::system::error_code& error) { stream_.next_layer().close(error); }

 private:
  static constexpr auto no_throw = boost::asio::as_tuple(boost::asio::use_awaitable);

  boost::asio::ssl::stream<Socket> stream_;
};

}  // namespace kith::http
