#include "http/reply.hpp"

namespace kith::http {

std::string target_with_cursor(const Request& request, std::string_view cursor) {
  std::string target(request.path);
  char before = '?';
  std::string_view rest = request.query;
  while (!rest.empty()) {
    const auto end = rest.find('&');
    const std::string_view pair = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (pair.empty() || pair.starts_with("cursor=")) continue;
    target.push_back(before);
    target += pair;
    before = '&';
  }
  target.push_back(before);
  return target.append("cursor=").append(cursor);
}

}  // namespace kith::http
