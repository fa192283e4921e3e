#pragma once

#include <functional>
#include <memory>
#include <string>

#include "store/postgres/connection.hpp"

namespace kith::store::postgres {

/// Threads that make connections for all loops, because connecting resolves names, performs
/// handshakes and prepares statements. Each step may hang until its deadline, so there are several
/// threads: a hanging attempt for one lane does not delay another lane. They retry with backoff,
/// log when the server goes down and comes back, and try the host that answered last first.
class Connector {
 public:
  /// The result of an attempt to connect.
  struct Attempt {
    Handle connection;         ///< empty: not connected yet; it is retried
    std::string why;           ///< why there is no connection yet
    bool unreachable = false;  ///< no server, or it refuses the connection
  };

  /// Receives the result of each attempt. Returns false when the connection is no longer wanted.
  /// Called on one of the connector's threads, while the others wait.
  using Deliver = std::move_only_function<bool(Attempt attempt)>;

  explicit Connector(Url url);
  /// Stops deliveries. A thread that hangs, such as in a name lookup, is detached: it uses only the
  /// shared state.
  ~Connector();
  Connector(const Connector&) = delete;
  Connector& operator=(const Connector&) = delete;

  /// Requests one connection. Thread-safe.
  void request(ConnectionKind kind, Deliver deliver);

 private:
  class Shared;

  std::shared_ptr<Shared> shared_;
};

}  // namespace kith::store::postgres
