#pragma once

#include <memory>
#include <string>
#include <vector>

#include <libpq-fe.h>

#include "store/postgres/codec.hpp"
#include "store/postgres/url.hpp"
#include "store/store.hpp"

namespace kith::store::postgres {

/// Closes a connection.
struct CloseConnection {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
/// Frees a result.
struct FreeResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
/// An owned connection.
using Handle = std::unique_ptr<PGconn, CloseConnection>;
/// An owned result.
using ResultHandle = std::unique_ptr<PGresult, FreeResult>;

/// The server cannot be reached, or refuses the connection.
class Unreachable : public DatabaseError {
 public:
  using DatabaseError::DatabaseError;
};

/// The purpose of a connection, which sets the deadline of its statements and whether they may
/// write.
enum class ConnectionKind : std::uint8_t { point, write, scan, migrate };

/// Opens a connection, with a session set up for its kind. Blocks. Throws Unreachable with a
/// one-line message without the password; each host has `connect_timeout`, and the session setup
/// has a deadline. REQUIRES: not an event loop's thread, because names are resolved.
Handle connect(const Url& url, ConnectionKind kind);

/// Returns whether the server accepts connections, or true if that cannot be determined. REQUIRES:
/// not an event loop's thread.
bool accepts_connections(const Url& url);

/// Runs statements without parameters and waits for them. Throws DatabaseError.
ResultHandle execute(PGconn* connection, const std::string& text);

/// Prepares every registered query in one round trip and leaves the connection in pipeline mode.
/// Throws DatabaseError, which names the invalid query, and Unreachable on timeout.
void prepare_all(PGconn* connection);

/// All registered queries as the server describes them; the same for all connections.
class Catalogue {
 public:
  /// Asks the server for the descriptions. REQUIRES: `prepare_all` was called. Throws DatabaseError
  /// for a column type that cannot be read.
  explicit Catalogue(PGconn* connection);

  const Described& of(const Query& query) const { return statements_.at(query.number()); }

 private:
  std::vector<Described> statements_;
};

/// Returns an error's text on one line.
std::string one_line(std::string_view text);

/// Returns the message of an error result, without details that quote values.
std::string message_of(const PGresult* result);

/// Reads all input; returns false when the connection is lost. Part of a TLS record that does not
/// fit into libpq's buffer stays in OpenSSL, where the socket does not report it: older libpq
/// (15.18) would leave it there.
bool take_input(PGconn* connection);

/// Returns the SQLSTATE of an error result, or an empty string.
std::string_view state_of(const PGresult* result);

/// Returns the column of an error result as `table.column`, or an empty string.
std::string column_of(const PGresult* result);

}  // namespace kith::store::postgres
