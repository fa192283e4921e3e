#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "http/request.hpp"

namespace kith::http {

/// The web sites whose scripts may use the API (Fetch Standard, CORS protocol): the setting
/// KITH_CORS_ORIGINS, a comma-separated list of exact origins. Wildcards are not supported, because
/// responses may carry credentials.
class CorsOrigins {
 public:
  std::string text;

  static std::expected<CorsOrigins, std::string_view> parse(std::string_view text);
  void append_to(std::string& out) const { out += text; }

  /// Appends the header lines that let the request's origin read the response, if the origin is
  /// allowed.
  void append_headers(std::string& out, const Request& request) const;

  /// Appends the header lines that answer a preflight: the methods in `allow` and the headers that
  /// may be sent. Call `append_headers` as well.
  void append_preflight(std::string& out, const Request& request, std::string_view allow) const;

 private:
  bool allows(const Request& request) const;

  std::vector<std::string> origins_;
};

}  // namespace kith::http
