#pragma once

#include <functional>
#include <memory>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "http/connection_counts.hpp"
#include "http/gates.hpp"

namespace kith::http {

class Tls;

/// The connections of one event loop: its own acceptor on the shared port (SO_REUSEPORT), the
/// sweep, the cached date. Runs on `loop`, one thread.
class Server {
 public:
  /// What all connections are served with.
  struct Services {
    Gates& gates;
    AccessLog& log;
    const Tls* tls;  ///< null: connections are not encrypted
    ConnectionCounts& connections;
  };

  /// Listens at once. Throws boost::system::system_error when the address cannot be bound.
  Server(boost::asio::io_context& loop, const boost::asio::ip::tcp::endpoint& address,
         Services services);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// The address in use: tells the port when 0 was asked for.
  boost::asio::ip::tcp::endpoint address() const;

  /// Throws std::runtime_error unless `address` can be listened at: sharing the port among our
  /// loops would also let a second server in beside the first, unseen.
  static void check_free(const boost::asio::ip::tcp::endpoint& address);

  /// Begins to accept.
  void start();

  /// From now on each answer ends its connection, so that clients and proxies go elsewhere; others
  /// are still accepted. Call on the loop's thread.
  void retire();

  /// Stops accepting, ends connections that stay idle, lets the others finish what they have; the
  /// loop runs out of work when all are closed. Then calls `done`. Call on the loop's thread.
  void drain(std::function<void()> done = {});

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace kith::http
