#include "http/link.hpp"

namespace kith::http {

std::optional<std::string_view> link_key_of(const Request& request) {
  std::string_view rest = request.query;
  while (!rest.empty()) {
    const auto end = rest.find('&');
    const std::string_view pair = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos || pair.substr(0, equals) != link_parameter) continue;
    return pair.substr(equals + 1);
  }
  return std::nullopt;
}

}  // namespace kith::http
