#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "http/request.hpp"

namespace kith::http {

/// Appends the next piece of a body, about `limits::stream_piece_bytes`, to the empty `piece` and
/// returns whether more follow. Called again only after the client has read the last piece, and not
/// after an error, which ends the connection. Must own all of its data, because the handler has
/// returned.
using NextPiece = std::move_only_function<Task<Result<bool>>(std::string& piece)>;

/// A response, filled by a handler and written by the session. Reused between requests; the session
/// keeps it unchanged until the last byte of the body has been written.
struct Response {
  int status = 200;
  std::string_view content_type;  ///< a literal; empty: no body
  std::string body;
  /// Makes the rest of the body after `body`, piece by piece; null: there is no more. Destroyed
  /// when the last piece was sent or the client has disconnected.
  NextPiece next_piece;
  std::string_view static_body;  ///< used instead of `body`: bytes with static lifetime
  std::string headers;           ///< complete lines of further headers, each with its CRLF
  AccountId owner;     ///< the account that a large body counts against; empty: not signed in
  bool close = false;  ///< the connection closes after this response

  /// Adds a header line. REQUIRES: `value` has no CR or LF (it never comes from a client).
  void add_header(std::string_view name, std::string_view value);

  /// Returns the body's bytes from `static_body` or `body`.
  std::string_view content() const { return static_body.empty() ? body : static_body; }

  /// Clears the response but keeps its memory.
  void clear();
};

/// The facts in the head of a response besides the response itself.
struct HeadFacts {
  const Request& request;
  double handler_ms;      ///< for `Server-Timing`
  std::string_view date;  ///< IMF-fixdate (RFC 9110, section 5.6.7)
};

/// Appends the head of an HTTP/1.1 response to `out` (RFC 9112) and returns the content to write
/// after it: empty for HEAD, 204 and 304, of which the last two also have no Content-Length. A
/// response of several pieces has no length either: it is chunked, or ends with an HTTP/1.0
/// connection. The content points into `response` or has static lifetime.
std::string_view append_head(std::string& out, const Response& response, const HeadFacts& facts);

/// Appends the bytes before a chunk of `size` bytes (RFC 9112, section 7.1), without the end of the
/// previous chunk.
void append_chunk_size(std::string& out, std::size_t size);

/// Returns the reason phrase of a status (RFC 9110, section 15, and the IANA registry); empty for
/// an unregistered status, as RFC 9112, section 4 allows.
std::string_view reason_phrase(int status);

}  // namespace kith::http
