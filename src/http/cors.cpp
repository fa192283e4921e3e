#include "http/cors.hpp"

#include <algorithm>
#include <chrono>

#include "base/limits.hpp"

namespace kith::http {

namespace {

/// Returns whether `text` is `scheme://host` or `scheme://host:port` in lower case with nothing
/// after it, as browsers send it in `Origin`.
bool is_origin(std::string_view text) {
  const auto scheme = text.find("://");
  if (scheme == std::string_view::npos) return false;
  const std::string_view name = text.substr(0, scheme);
  const std::string_view host = text.substr(scheme + 3);
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view("-.:[]").find(c) != std::string_view::npos;
  };
  return (name == "http" || name == "https") && !host.empty() && std::ranges::all_of(host, fits);
}

}  // namespace

std::expected<CorsOrigins, std::string_view> CorsOrigins::parse(std::string_view text) {
  CorsOrigins origins;
  origins.text = text;
  while (!text.empty()) {
    const auto comma = text.find(',');
    const std::string_view origin = trim(text.substr(0, comma));
    text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
    if (!is_origin(origin)) {
      return std::unexpected("must be origins such as https://app.example.org, without a path");
    }
    if (origins.origins_.size() == limits::cors_origins_max) {
      return std::unexpected("must be at most 32 origins");
    }
    origins.origins_.emplace_back(origin);
  }
  return origins;
}

bool CorsOrigins::allows(const Request& request) const {
  const auto origin = request.header("Origin");
  return origin && std::ranges::find(origins_, *origin) != origins_.end();
}

void CorsOrigins::append_headers(std::string& out, const Request& request) const {
  if (origins_.empty()) return;
  out += "Vary: Origin\r\n";
  if (!allows(request)) return;
  out.append("Access-Control-Allow-Origin: ").append(*request.header("Origin"));
  out +=
      "\r\nAccess-Control-Allow-Credentials: true\r\n"
      "Access-Control-Expose-Headers: ETag, Link, Location, RateLimit, RateLimit-Policy, "
      "Retry-After, X-Request-Id, Idempotency-Replayed\r\n";
}

void CorsOrigins::append_preflight(std::string& out, const Request& request,
                                   std::string_view allow) const {
  if (!allows(request) || !request.header("Access-Control-Request-Method")) return;
  const std::chrono::seconds lifetime = limits::preflight_lifetime;
  out.append("Access-Control-Allow-Methods: ").append(allow);
  out +=
      "\r\nAccess-Control-Allow-Headers: Authorization, Content-Type, If-Match, If-None-Match, "
      "Idempotency-Key\r\nAccess-Control-Max-Age: ";
  out.append(std::to_string(lifetime.count())).append("\r\n");
}

}  // namespace kith::http
