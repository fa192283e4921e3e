#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kith {

/// The ways in which a request can fail because of its contents. The set is closed: `http/problem`
/// maps each to one HTTP status. Internal failures (database file missing, out of memory) are
/// exceptions instead.
enum class Errc : std::uint8_t {
  malformed,               ///< Syntax: JSON, URL, HTTP framing. 400
  unauthenticated,         ///< Missing, invalid or expired credentials. 401
  forbidden,               ///< Known caller, operation not allowed. 403
  not_found,               ///< Also for resources of other accounts. 404
  method_not_allowed,      ///< The path exists, but not for the method. 405
  request_timeout,         ///< The request did not arrive in time. 408
  conflict,                ///< A unique value is taken. 409
  gone,                    ///< It existed but is no longer stored. 410
  precondition_failed,     ///< If-Match named another revision. 412
  payload_too_large,       ///< The body exceeds the route's limit. 413
  uri_too_long,            ///< Request target over `limits::target_bytes_max`. 414
  unsupported_media_type,  ///< 415
  expectation_failed,      ///< `Expect` names anything but 100-continue. 417
  invalid,                 ///< Well-formed but against the rules; `fields` has the details. 422
  too_many_requests,       ///< Over a rate limit. 429
  header_too_large,        ///< 431
  not_implemented,         ///< A method or transfer coding that the server does not know. 501
  unavailable,             ///< A bounded queue is full or a deadline has passed. 503
  version_not_supported,   ///< A major version of HTTP other than 1. 505
  disk_full,               ///< Nothing can be written until an operator makes room. 507
  quota_exceeded,          ///< The account has used up its storage. 507
};

/// A refused field: its name as the client wrote it, and the reason as a sentence.
struct FieldError {
  std::string field;
  std::string message;
};

/// The challenge in `WWW-Authenticate`. A 401 always has at least the Bearer challenge.
enum class Challenge : std::uint8_t {
  none,           ///< no credentials, or an unknown scheme
  invalid_token,  ///< the bearer token is malformed, expired or revoked (RFC 6750, section 3.1)
  insufficient_scope,  ///< the token is valid but not for this route (RFC 6750, section 3.1)
  basic,               ///< the Basic credentials are malformed or wrong (RFC 7617)
};

/// The precondition or postcondition of WebDAV that a request violated (RFC 4918, section 16): the
/// element that a DAV client finds in the body of the answer.
struct DavCondition {
  /// With the namespace as the RFCs write it: `DAV:`, `CARDDAV:` (RFC 6352) or `CS:`
  /// (CalendarServer), as in `CARDDAV:valid-address-data`. A literal.
  std::string_view name;
  std::vector<std::string> hrefs = {};  ///< `DAV:href` elements within, percent-encoded
};

/// The reason why a request was refused. `detail` is shown to the client: it must not contain SQL,
/// paths of the server or the text of an exception.
struct Error {
  Errc code = Errc::invalid;
  std::string detail;
  std::vector<FieldError> fields = {};
  /// A problem slug if the status alone is not specific enough (`setup-link-invalid`); empty: the
  /// slug of `code`.
  std::string_view slug = {};
  /// Additional members of the problem (RFC 9457, section 3.2) as JSON text: `"current":{...}`.
  std::string members = {};
  int retry_after_seconds = 0;  ///< for `Retry-After`; 0: the status's default
  /// The reason why credentials were refused, for `WWW-Authenticate`.
  Challenge challenge = Challenge::none;
  /// Details for DAV clients. Null for most errors; the REST API ignores it.
  std::shared_ptr<const DavCondition> dav_condition = {};
};

/// Returns the error of a request with a single invalid field.
inline Error invalid_field(std::string field, std::string message) {
  return {.code = Errc::invalid,
          .detail = "The request has fields that are not valid.",
          .fields = {{std::move(field), std::move(message)}}};
}

}  // namespace kith
