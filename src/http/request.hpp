#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.hpp"
#include "base/time.hpp"

namespace kith::http {

/// The methods that the server knows (RFC 9110, section 9; RFC 5789; RFC 4918, section 9; REPORT:
/// RFC 3253, section 3.6). No route has LOCK and UNLOCK: they are known so that they are answered
/// with 405. `other` is every method that is not known.
enum class Verb : std::uint8_t {
  get,
  head,
  post,
  put,
  patch,
  del,
  options,
  propfind,
  proppatch,
  report,
  mkcol,
  copy,
  move,
  lock,
  unlock,
  other
};

/// `GET`, `POST`, ...
std::string_view to_string(Verb verb);

/// The method named `method`; methods are case-sensitive (RFC 9110, section 9.1).
Verb verb_of(std::string_view method);

/// Whether requests with this method only read (RFC 9110, section 9.2.1).
bool is_safe(Verb verb);

/// Whether a Path Item Object of OpenAPI 3.1 can describe the method.
bool is_in_openapi(Verb verb);

/// One header field as it was sent. The views point into `Request::head`.
struct Header {
  std::string_view name;
  std::string_view value;
};

/// One request as it was read. `target`, `path`, `query` and `headers` are views of `head`, which
/// `RequestParser` writes once, when the whole head has arrived (at most `header_bytes_max` bytes),
/// and nothing changes until `clear`. They hold while the request is handled and answered. Do not
/// copy or move a request: its views would still point into the other one.
struct Request {
  Verb verb = Verb::other;
  std::string_view target;  ///< as sent: path and query
  std::string_view path;    ///< still percent-encoded
  std::string_view query;   ///< without the question mark
  int version = 11;         ///< 10 or 11
  bool keep_alive = true;
  std::optional<std::uint64_t> content_length;
  bool chunked = false;
  std::string head;  ///< the bytes that the views point into
  std::vector<Header> headers;
  std::string body;  ///< at most what the route allows; bounded by `RequestParser`
  Time received;     ///< when its header was whole
  RequestId id;
  std::string_view client_address;  ///< without the port; of the connection, which keeps it alive

  /// The value of the first header of that name (case-insensitive), or nothing.
  std::optional<std::string_view> header(std::string_view name) const;

  /// Forgets the last request but keeps its memory, unless there is much. All views end here; under
  /// AddressSanitizer the bytes are overwritten, so that a view that was kept is seen to be wrong.
  void clear();
};

/// ASCII case-insensitive comparison, as for header names and media types.
bool equal_ignoring_case(std::string_view a, std::string_view b);

/// `text` without leading and trailing blanks and tabs (RFC 9110, section 5.6.3, OWS).
std::string_view trim(std::string_view text);

/// What `Authorization` says after `scheme`, `Bearer` (RFC 6750, section 2.1) or `Basic` (RFC 7617,
/// section 2), or nothing.
std::optional<std::string_view> credentials_of(const Request& request, std::string_view scheme);

/// Whether the comma-separated `list` names `token`, ignoring case and any parameter but `q=0`.
bool list_has_token(std::string_view list, std::string_view token);

}  // namespace kith::http
