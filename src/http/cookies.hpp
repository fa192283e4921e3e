#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "http/request.hpp"
#include "http/response.hpp"

namespace kith::http {

/// A cookie that scripts cannot read and other sites' requests do not bring (RFC 6265bis).
struct Cookie {
  std::string_view name;
  std::string_view value;
  std::string_view path;
  std::chrono::seconds lifetime{0};  ///< 0: the browser forgets it
  bool secure = true;                ///< sent by https alone
};

/// Has the browser keep `cookie`.
void set_cookie(Response& response, const Cookie& cookie);

/// The value of the cookie of that name, or nothing. The view points into `Request::head`.
std::optional<std::string_view> cookie_of(const Request& request, std::string_view name);

/// Whether a page of another site had the browser make this request (Fetch Metadata); a client that
/// is no browser says nothing.
bool is_from_other_site(const Request& request);

}  // namespace kith::http
