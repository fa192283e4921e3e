#pragma once

#include "base/error.hpp"
#include "http/permissions.hpp"
#include "http/request.hpp"
#include "http/response.hpp"

namespace kith::http {

/// The slug of the problem for a body with a content coding: its 415 lists the accepted codings.
inline constexpr std::string_view content_coding_slug = "unsupported-content-coding";

/// Writes an error as an HTTP response of `protocol`: status, body and the headers of the status
/// (`WWW-Authenticate`, `Retry-After`). All errors pass through this function. The API answers with
/// `application/problem+json` (RFC 9457), whose `instance` is the request id in the log; DAV
/// answers with `append_dav_error`. DAV answers 503 instead of 429: DAVx5 waits after a 503 and
/// gives up after a 429.
void write_problem(Response& response, const Error& error, const Request& request,
                   Protocol protocol = Protocol::api);

/// Returns the problem details of `error` as JSON, for one of many operations in `request`.
std::string problem_text(const Error& error, const Request& request);

/// Writes the response to an exception: 500 with only the request id. The exception's text goes to
/// the log, never to the client.
void write_internal_error(Response& response, const Request& request,
                          Protocol protocol = Protocol::api);

/// Returns the HTTP status of an error.
int status_of(Errc code);

/// Returns the refusal of a large response while others use up the memory budget.
Error too_many_answers();

}  // namespace kith::http
