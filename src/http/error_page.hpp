#pragma once

#include <string_view>

#include "http/request.hpp"
#include "http/response.hpp"

/// Errors as HTML pages, for people who open an address in a browser.
namespace kith::http {

/// The Content-Security-Policy of pages: no content from other hosts, no inline script or style, no
/// embedding in frames.
inline constexpr std::string_view page_policy =
    "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/// The texts of an error page.
struct ErrorText {
  int status;
  std::string_view title;
  std::string_view detail;
};

/// Returns whether errors of this request depend on its `Accept` header: a GET or HEAD outside the
/// API, `/dav` and `/.well-known`, whose clients are programs and never get HTML.
bool has_error_page(const Request& request);

/// Returns whether the client prefers HTML to JSON, as browsers do when they open a page.
bool prefers_html(const Request& request);

/// Replaces the body of `response` with the error as an HTML page and adds the headers of a page.
void write_error_page(Response& response, const ErrorText& error, const Request& request);

}  // namespace kith::http
