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
/// RFC 3253, section 3.6). No route has LOCK and UNLOCK: the server knows them to answer them with
/// 405. `other` stands for every unknown method.
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

/// Returns the name of the method: `GET`, `POST`, ...
std::string_view to_string(Verb verb);

/// Returns the method named `method`; methods are case-sensitive (RFC 9110, section 9.1).
Verb verb_of(std::string_view method);

/// Returns whether requests with this method only read (RFC 9110, section 9.2.1).
bool is_safe(Verb verb);

/// Returns whether a Path Item Object of OpenAPI 3.1 can describe the method.
bool is_in_openapi(Verb verb);

/// A header field as sent. The views point into `Request::head`.
struct Header {
  std::string_view name;
  std::string_view value;
};

/// A parsed request. `target`, `path`, `query` and `headers` are views of `head`, which
/// `RequestParser` writes once, when the complete head has arrived (at most `header_bytes_max`
/// bytes), and which stays unchanged until `clear`. They are valid while the request is handled and
/// answered. Do not copy or move a request: its views would still point into the original.
struct Request {
  Verb verb = Verb::other;
  std::string_view target;  ///< path and query; the path is normalised as in `path`
  std::string_view path;    ///< percent-encoded except for unreserved characters
  std::string_view query;   ///< without the question mark
  int version = 11;         ///< 10 or 11
  bool keep_alive = true;
  std::optional<std::uint64_t> content_length;
  bool chunked = false;
  std::string head;  ///< the memory of the views
  std::vector<Header> headers;
  std::string body;  ///< `RequestParser` enforces the limit of the route
  Time received;     ///< when the header was complete
  RequestId id;
  std::string_view client_address;  ///< without the port; owned by the connection

  /// Returns the value of the first header with this name (case-insensitive), or nothing.
  std::optional<std::string_view> header(std::string_view name) const;

  /// Clears the request but keeps its buffers unless they are large. Invalidates all views; under
  /// AddressSanitizer the bytes are overwritten to expose dangling views.
  void clear();
};

/// Compares ASCII text case-insensitively, as for header names and media types.
bool equal_ignoring_case(std::string_view a, std::string_view b);

/// Returns `text` without leading and trailing blanks and tabs (RFC 9110, section 5.6.3, OWS).
std::string_view trim(std::string_view text);

/// Returns the credentials in `Authorization` for `scheme`, which is `Bearer` (RFC 6750, section
/// 2.1) or `Basic` (RFC 7617, section 2), or nothing.
std::optional<std::string_view> credentials_of(const Request& request, std::string_view scheme);

/// Returns whether every member of all headers of this name is `token`, ignoring case; also when
/// there is no such header (RFC 9110, section 5.6.1).
bool lists_only(const Request& request, std::string_view name, std::string_view token);

/// Returns whether the comma-separated `list` contains `token`, ignoring case and all parameters
/// except `q=0`.
bool list_has_token(std::string_view list, std::string_view token);

}  // namespace kith::http
