#include "http/cookies.hpp"

namespace kith::http {

void set_cookie(Response& response, const Cookie& cookie) {
  std::string text(cookie.name);
  text.append("=").append(cookie.value).append("; Path=").append(cookie.path);
  text.append("; Max-Age=").append(std::to_string(cookie.lifetime.count()));
  text.append("; HttpOnly; SameSite=Lax");
  if (cookie.secure) text.append("; Secure");
  response.add_header("Set-Cookie", text);
}

std::optional<std::string_view> cookie_of(const Request& request, std::string_view name) {
  std::string_view rest = request.header("Cookie").value_or("");
  while (!rest.empty()) {
    const auto end = rest.find(';');
    const std::string_view pair = trim(rest.substr(0, end));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    const auto equals = pair.find('=');
    if (equals != std::string_view::npos && pair.substr(0, equals) == name) {
      return pair.substr(equals + 1);
    }
  }
  return std::nullopt;
}

bool is_from_other_site(const Request& request) {
  const auto site = request.header("Sec-Fetch-Site");
  return site && *site != "same-origin" && *site != "none";
}

}  // namespace kith::http
