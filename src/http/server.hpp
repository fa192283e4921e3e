#pragma once

#include <functional>
#include <memory>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "http/connection_counts.hpp"
#include "http/gates.hpp"

namespace kith::http {

class Tls;

/// The connections of one event loop: an acceptor on the shared port (SO_REUSEPORT), the deadline
/// sweep and the cached date. Runs on `loop`, which has one thread.
class Server {
 public:
  /// The services shared by all connections.
  struct Services {
    Gates& gates;
    AccessLog& log;
    const Tls* tls;  ///< null: connections are not encrypted
    ConnectionCounts& connections;
  };

  /// Binds the port and listens. Throws boost::system::system_error when the address cannot be
  /// bound.
  Server(boost::asio::io_context& loop, const boost::asio::ip::tcp::endpoint& address,
         Services services);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Returns the bound address, with the actual port if 0 was requested.
  boost::asio::ip::tcp::endpoint address() const;

  /// Throws std::runtime_error if `address` is in use. Needed because SO_REUSEPORT would let a
  /// second server share the port unnoticed.
  static void check_free(const boost::asio::ip::tcp::endpoint& address);

  /// Starts accepting connections.
  void start();

  /// Closes each connection after its next response, so that clients and proxies move to other
  /// servers; new connections are still accepted. Call on the loop's thread.
  void retire();

  /// Stops accepting, closes idle connections and lets the others finish their requests; the loop
  /// runs out of work when all are closed. Then calls `done`. Call on the loop's thread.
  void drain(std::function<void()> done = {});

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace kith::http
