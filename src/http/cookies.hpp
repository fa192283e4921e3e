#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "http/request.hpp"
#include "http/response.hpp"

namespace kith::http {

/// A cookie with HttpOnly and SameSite: scripts cannot read it, and requests from other sites do
/// not send it (RFC 6265bis).
struct Cookie {
  std::string_view name;
  std::string_view value;
  std::string_view path;
  std::chrono::seconds lifetime{0};  ///< 0 deletes the cookie
  bool secure = true;                ///< sent over HTTPS only
};

/// Adds a `Set-Cookie` header to the response.
void set_cookie(Response& response, const Cookie& cookie);

/// Returns the value of the cookie with this name, or nothing. The view points into
/// `Request::head`.
std::optional<std::string_view> cookie_of(const Request& request, std::string_view name);

/// Returns whether a browser made this request for a page of another site (Fetch Metadata). False
/// for clients that send no such header.
bool is_from_other_site(const Request& request);

}  // namespace kith::http
