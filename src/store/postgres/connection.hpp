#pragma once

#include <memory>
#include <string>
#include <vector>

#include <libpq-fe.h>

#include "store/postgres/codec.hpp"
#include "store/postgres/url.hpp"
#include "store/store.hpp"

namespace kith::store::postgres {

/// Ends a connection.
struct CloseConnection {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
/// Frees a result.
struct FreeResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
/// A connection that is owned.
using Handle = std::unique_ptr<PGconn, CloseConnection>;
/// A result that is owned.
using ResultHandle = std::unique_ptr<PGresult, FreeResult>;

/// The server cannot be reached, or does not let us in.
class Unreachable : public DatabaseError {
 public:
  using DatabaseError::DatabaseError;
};

/// What a connection is for: the deadline of its statements, and whether they may write.
enum class ConnectionKind : std::uint8_t { point, write, scan, migrate };

/// Connects and waits for it, in a session set up for its kind. Throws Unreachable, in one line
/// without the password; each host has `connect_timeout`, and the one that answers a deadline for
/// the rest. REQUIRES: no event loop's thread, because names are resolved.
Handle connect(const Url& url, ConnectionKind kind);

/// Whether a server is there that lets in whom it knows; also yes when that cannot be asked.
/// REQUIRES: no event loop's thread.
bool accepts_connections(const Url& url);

/// Runs statements without parameters, and waits. Throws DatabaseError.
ResultHandle execute(PGconn* connection, const std::string& text);

/// Prepares every registered query in one round trip and leaves the connection in pipeline mode.
/// Throws DatabaseError, which names the one that is wrong, and Unreachable when it takes too long.
void prepare_all(PGconn* connection);

/// All registered queries as the server sees them; the same for all connections.
class Catalogue {
 public:
  /// Asks for them. REQUIRES: `prepare_all` was called. Throws DatabaseError for a column of a type
  /// that cannot be read.
  explicit Catalogue(PGconn* connection);

  const Described& of(const Query& query) const { return statements_.at(query.number()); }

 private:
  std::vector<Described> statements_;
};

/// An error's text on one line.
std::string one_line(std::string_view text);

/// What a result that is an error says, without details that quote values.
std::string message_of(const PGresult* result);

/// The SQLSTATE of a result that is an error; empty if it has none.
std::string_view state_of(const PGresult* result);

}  // namespace kith::store::postgres
