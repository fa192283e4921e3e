#pragma once

#include "base/error.hpp"
#include "http/request.hpp"
#include "http/response.hpp"

namespace kith::http {

/// The problem of a body with a content coding: its 415 says which are taken.
inline constexpr std::string_view content_coding_slug = "unsupported-content-coding";

/// The one place where an error becomes HTTP: status, `application/problem+json` (RFC 9457) and
/// the headers that belong to the status (`WWW-Authenticate`, `Retry-After`). `instance` is the
/// request id, which the log knows too. Browsers that open a page get an HTML page instead.
void write_problem(Response& response, const Error& error, const Request& request);

/// The problem that `error` is, as the JSON of a single request's answer: for one of many
/// operations. `request` is the one that they all came with.
std::string problem_text(const Error& error, const Request& request);

/// The answer to an exception: 500 with the request id alone. What the exception says goes to the
/// log, never to the client.
void write_internal_error(Response& response, const Request& request);

/// The HTTP status of an error.
int status_of(Errc code);

/// The refusal of a large answer while others take all the memory for them.
Error too_many_answers();

}  // namespace kith::http
