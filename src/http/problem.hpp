#pragma once

#include "base/error.hpp"
#include "http/permissions.hpp"
#include "http/request.hpp"
#include "http/response.hpp"

namespace kith::http {

/// The problem of a body with a content coding: its 415 says which are taken.
inline constexpr std::string_view content_coding_slug = "unsupported-content-coding";

/// The one place where an error becomes HTTP: status, body and the headers that belong to the
/// status (`WWW-Authenticate`, `Retry-After`), as `protocol` has them. The API answers with
/// `application/problem+json` (RFC 9457), whose `instance` is the request id that the log knows
/// too, DAV with `append_dav_error`. DAV answers 503 instead of 429: DAVx5 waits after the one and
/// gives up after the other.
void write_problem(Response& response, const Error& error, const Request& request,
                   Protocol protocol = Protocol::api);

/// The problem that `error` is, as the JSON of a single request's answer: for one of many
/// operations. `request` is the one that they all came with.
std::string problem_text(const Error& error, const Request& request);

/// The answer to an exception: 500 with the request id alone. What the exception says goes to the
/// log, never to the client.
void write_internal_error(Response& response, const Request& request,
                          Protocol protocol = Protocol::api);

/// The HTTP status of an error.
int status_of(Errc code);

/// The refusal of a large answer while others take all the memory for them.
Error too_many_answers();

}  // namespace kith::http
