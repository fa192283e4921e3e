#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "http/request.hpp"

namespace kith::http {

/// Appends the next piece of a body, about `limits::stream_piece_bytes`, to the empty `piece`, and
/// tells whether more follow. Called again only after the client has taken the last piece, and not
/// after an error, which ends the connection. Owns all that it needs: the handler has returned.
using NextPiece = std::move_only_function<Task<Result<bool>>(std::string& piece)>;

/// One answer, filled by a handler and written by the session. Reused from request to request; the
/// session keeps it as it is until the last byte of the body has been written.
struct Response {
  int status = 200;
  std::string_view content_type;  ///< a literal; empty: no body
  std::string body;
  /// What follows `body` when the answer is made piece by piece; null: nothing. Destroyed when the
  /// last piece was sent, or the client has left.
  NextPiece next_piece;
  std::string_view static_body;  ///< instead of `body`: bytes that live as long as the program
  std::string headers;           ///< whole lines of further headers, each with its CRLF
  AccountId owner;               ///< whose memory a large body counts for; empty: a stranger's
  bool close = false;            ///< the connection ends after this answer

  /// Adds a header line. REQUIRES: `value` holds no CR or LF (it is ours, never a client's text).
  void add_header(std::string_view name, std::string_view value);

  /// The body's bytes, wherever they are.
  std::string_view content() const { return static_body.empty() ? body : static_body; }

  /// Forgets the last answer but keeps its memory.
  void clear();
};

/// What the head of an answer tells besides the response itself.
struct HeadFacts {
  const Request& request;
  double handler_ms;      ///< for `Server-Timing`
  std::string_view date;  ///< IMF-fixdate (RFC 9110, section 5.6.7)
};

/// Appends the head of an HTTP/1.1 answer to `out` (RFC 9112) and returns the content that must
/// follow it: nothing for HEAD, 204 and 304, of which the last two have no Content-Length either.
/// An answer of several pieces has none: it is chunked, or ends with an HTTP/1.0 connection. The
/// content points into `response` (or lives as long as the program).
std::string_view append_head(std::string& out, const Response& response, const HeadFacts& facts);

/// Appends what stands before a chunk of `size` bytes (RFC 9112, section 7.1), but for the end of
/// the chunk before it.
void append_chunk_size(std::string& out, std::size_t size);

/// The reason phrase of a status (RFC 9110, section 15, and the IANA registry); empty, as RFC 9112
/// allows in section 4, for a number that is not registered.
std::string_view reason_phrase(int status);

}  // namespace kith::http
