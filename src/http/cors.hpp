#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "http/request.hpp"

namespace kith::http {

/// The web sites whose scripts may use the API (Fetch Standard, CORS protocol): the setting
/// KITH_CORS_ORIGINS, exact origins separated by commas; never a wildcard, for answers may carry
/// credentials.
class CorsOrigins {
 public:
  std::string text;

  static std::expected<CorsOrigins, std::string_view> parse(std::string_view text);
  void append_to(std::string& out) const { out += text; }

  /// Appends the header lines that let the request's origin read the answer, if it may.
  void append_headers(std::string& out, const Request& request) const;

  /// Appends those that answer a preflight: which of the methods `allow` and which headers may be
  /// sent. The lines of `append_headers` come on top.
  void append_preflight(std::string& out, const Request& request, std::string_view allow) const;

 private:
  bool allows(const Request& request) const;

  std::vector<std::string> origins_;
};

}  // namespace kith::http
