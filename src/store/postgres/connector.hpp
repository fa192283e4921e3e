#pragma once

#include <functional>
#include <memory>
#include <string>

#include "store/postgres/connection.hpp"

namespace kith::store::postgres {

/// Threads that make connections for all loops, because to make one is to resolve names, to shake
/// hands and to prepare statements. Each part of that may hang until its deadline, so there are a
/// few: no lane waits for what hangs for another. They keep trying, slower and slower, and say in
/// the log when the server goes and when it is back. The host that answered last is asked first.
class Connector {
 public:
  /// What came of an attempt to connect.
  struct Attempt {
    Handle connection;         ///< empty: not yet, and it is tried again
    std::string why;           ///< not yet
    bool unreachable = false;  ///< there is nobody to talk to, or nobody who lets us in
  };

  /// Gets what came of each attempt. False: nobody wants a connection any more. Called on one of
  /// the connector's threads, of which the others wait meanwhile.
  using Deliver = std::move_only_function<bool(Attempt attempt)>;

  explicit Connector(Url url);
  /// Nothing is delivered any more. A thread that hangs, in the look-up of a name perhaps, is left
  /// behind: it has nothing that is not its own.
  ~Connector();
  Connector(const Connector&) = delete;
  Connector& operator=(const Connector&) = delete;

  /// Asks for one connection. May be called on any thread.
  void request(ConnectionKind kind, Deliver deliver);

 private:
  class Shared;

  std::shared_ptr<Shared> shared_;
};

}  // namespace kith::store::postgres
