#include "http/error_page.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "base/html.hpp"

namespace kith::http {

namespace {

constexpr std::string_view page_begin = R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<link rel="icon" href="/assets/favicon.svg">
<link rel="stylesheet" href="/assets/kith.css">
)";
constexpr std::string_view body_begin = R"(</head>
<body>
<header class="bar">
<a class="brand" href="/"><img src="/assets/favicon.svg" alt="" width="32" height="32">Kith</a>
</header>
<main>
<section class="card narrow">
)";
constexpr std::string_view page_end = R"(<p><a class="button" href="/">Go to the start page</a></p>
</section>
</main>
</body>
</html>
)";

/// The paths of which programs read the errors: the REST API and CardDAV (RFC 6352), with the
/// well-known URIs (RFC 8615) by which its clients find it.
constexpr std::array<std::string_view, 3> program_paths{"/api", "/dav", "/.well-known"};

/// Returns whether `path` is `parent` or below it.
bool is_in(std::string_view path, std::string_view parent) {
  if (!path.starts_with(parent)) return false;
  return path.size() == parent.size() || path[parent.size()] == '/';
}

}  // namespace

bool has_error_page(const Request& request) {
  const bool is_read = request.verb == Verb::get || request.verb == Verb::head;
  const bool is_of_program = std::ranges::any_of(
      program_paths, [&](std::string_view parent) { return is_in(request.path, parent); });
  return is_read && request.path.starts_with('/') && !is_of_program;
}

bool prefers_html(const Request& request) {
  const std::string_view accepted = request.header("Accept").value_or("");
  return list_has_token(accepted, "text/html") && !list_has_token(accepted, "application/json") &&
         !list_has_token(accepted, "application/problem+json");
}

void write_error_page(Response& response, const ErrorText& error, const Request& request) {
  const std::string title = escape_html(error.title);
  response.content_type = "text/html; charset=utf-8";
  response.static_body = {};
  response.body.assign(page_begin).append("<title>").append(title).append(" - Kith</title>\n");
  response.body.append(body_begin).append("<h1>").append(title).append("</h1>\n<p>");
  response.body.append(escape_html(error.detail)).append("</p>\n<p class=\"note\">Error ");
  response.body.append(std::to_string(error.status)).append(", request <code>");
  request.id.append_to(response.body);
  response.body.append("</code></p>\n").append(page_end);
  response.add_header("Content-Security-Policy", page_policy);
  response.add_header("Referrer-Policy", "no-referrer");
}

}  // namespace kith::http
