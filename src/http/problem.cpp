#include "http/problem.hpp"

#include <array>

#include "base/limits.hpp"
#include "http/dav_error.hpp"
#include "http/error_page.hpp"
#include "json/write.hpp"

namespace kith::http {

namespace {

struct Kind {
  Errc code;
  int status;
  std::string_view slug;
  std::string_view title;
};

constexpr std::array kinds{
    Kind{Errc::malformed, 400, "malformed", "The request is malformed"},
    Kind{Errc::unauthenticated, 401, "unauthenticated", "Sign in first"},
    Kind{Errc::forbidden, 403, "forbidden", "Not allowed"},
    Kind{Errc::not_found, 404, "not-found", "Not found"},
    Kind{Errc::method_not_allowed, 405, "method-not-allowed", "Method not allowed"},
    Kind{Errc::request_timeout, 408, "request-timeout", "The request took too long to arrive"},
    Kind{Errc::conflict, 409, "conflict", "Conflict"},
    Kind{Errc::gone, 410, "gone", "No longer available"},
    Kind{Errc::precondition_failed, 412, "precondition-failed", "The resource has changed"},
    Kind{Errc::payload_too_large, 413, "payload-too-large", "The body is too large"},
    Kind{Errc::uri_too_long, 414, "uri-too-long", "The URL is too long"},
    Kind{Errc::unsupported_media_type, 415, "unsupported-media-type", "Unsupported media type"},
    Kind{Errc::expectation_failed, 417, "expectation-failed", "The expectation cannot be met"},
    Kind{Errc::invalid, 422, "invalid", "The request is not valid"},
    Kind{Errc::too_many_requests, 429, "too-many-requests", "Too many requests"},
    Kind{Errc::header_too_large, 431, "header-too-large", "The header is too large"},
    Kind{Errc::not_implemented, 501, "not-implemented", "Not implemented"},
    Kind{Errc::unavailable, 503, "unavailable", "Try again shortly"},
    Kind{Errc::version_not_supported, 505, "version-not-supported", "HTTP version not supported"},
    Kind{Errc::disk_full, 507, "disk-full", "The disk of the server is full"},
    Kind{Errc::quota_exceeded, 507, "quota-exceeded", "The storage of the account is used up"},
};

constexpr Kind internal{{}, 500, "internal", "Internal error"};

const Kind& kind_of(Errc code) {
  for (const Kind& kind : kinds) {
    if (kind.code == code) return kind;
  }
  return internal;
}

void write_errors(std::string& out, const std::vector<FieldError>& errors) {
  out += ",\"errors\":[";
  for (std::size_t i = 0; i < errors.size(); ++i) {
    out += i == 0 ? "{\"field\":" : ",{\"field\":";
    json::write(out, errors[i].field);
    out += ",\"message\":";
    json::write(out, errors[i].message);
    out.push_back('}');
  }
  out.push_back(']');
}

void write_body(std::string& out, const Kind& kind, const Error& error, const Request& request) {
  out += "{\"type\":\"urn:kith:problem:";
  out.append(error.slug.empty() ? kind.slug : error.slug).append("\",\"title\":");
  json::write(out, kind.title);
  out += ",\"status\":";
  json::write(out, kind.status);
  out += ",\"detail\":";
  json::write(out, error.detail);
  out += ",\"instance\":\"urn:uuid:";
  request.id.append_to(out);
  out.push_back('"');
  if (!error.fields.empty()) write_errors(out, error.fields);
  if (!error.members.empty()) out.append(",").append(error.members);
  out.push_back('}');
}

/// Adds the challenges of the API (RFC 9110, section 11.6.1). Browsers show a password prompt for
/// Basic, so the API offers it only to clients that have used it. The Bearer challenge is always
/// last.
void add_api_challenges(Response& response, Challenge challenge) {
  std::string bearer = R"(Bearer realm="kith")";
  switch (challenge) {
    case Challenge::none: break;
    case Challenge::invalid_token: bearer += R"(, error="invalid_token")"; break;
    case Challenge::insufficient_scope: bearer += R"(, error="insufficient_scope")"; break;
    case Challenge::basic:
      response.add_header("WWW-Authenticate", R"(Basic realm="kith", charset="UTF-8")");
      break;
  }
  response.add_header("WWW-Authenticate", bearer);
}

void add_challenges(Response& response, const Error& error, Protocol protocol) {
  const bool is_unauthenticated = response.status == 401;
  if (protocol == Protocol::api) {
    if (is_unauthenticated || error.challenge != Challenge::none) {
      add_api_challenges(response, error.challenge);
    }
  } else if (is_unauthenticated) {
    // DAV clients support Basic only, and some take the first challenge (RFC 7617).
    response.add_header("WWW-Authenticate", R"(Basic realm="Kith", charset="UTF-8")");
  }
}

/// Writes problem details, or a page for a browser that opened a page.
void write_api_body(Response& response, const Kind& kind, const Error& error,
                    const Request& request) {
  write_body(response.body, kind, error, request);
  if (!has_error_page(request)) return;
  response.add_header("Vary", "Accept");
  if (prefers_html(request)) {
    write_error_page(response, {kind.status, kind.title, error.detail}, request);
  }
}

/// The recipient of an error response.
struct Reader {
  const Request& request;
  Protocol protocol;
};

void write(Response& response, const Kind& kind, const Error& error, const Reader& reader) {
  const bool is_dav = reader.protocol == Protocol::dav;
  response.status = is_dav && kind.status == 429 ? 503 : kind.status;
  response.content_type = is_dav ? dav_error_type : "application/problem+json";
  response.next_piece = nullptr;
  response.static_body = {};
  response.body.clear();
  if (is_dav) {
    append_dav_error(response.body, error);
  } else {
    write_api_body(response, kind, error, reader.request);
  }
  // Lists content codings only, not media types (RFC 9110, section 12.5.3).
  if (error.slug == content_coding_slug) response.add_header("Accept-Encoding", "identity");
  add_challenges(response, error, reader.protocol);
  if (response.status == 503 || response.status == 429) {
    const auto seconds =
        error.retry_after_seconds > 0 ? error.retry_after_seconds : limits::retry_after.count();
    response.add_header("Retry-After", std::to_string(seconds));
  }
}

}  // namespace

int status_of(Errc code) { return kind_of(code).status; }

Error too_many_answers() {
  return {.code = Errc::unavailable,
          .detail = "Too many large answers are being sent. Try again later."};
}

void write_problem(Response& response, const Error& error, const Request& request,
                   Protocol protocol) {
  write(response, kind_of(error.code), error, {request, protocol});
}

std::string problem_text(const Error& error, const Request& request) {
  std::string out;
  write_body(out, kind_of(error.code), error, request);
  return out;
}

void write_internal_error(Response& response, const Request& request, Protocol protocol) {
  response.headers.clear();
  write(response, internal,
        {.detail = "The server failed to answer. Its log has the details under this request id."},
        {request, protocol});
}

}  // namespace kith::http
