#include "http/reply.hpp"

#include "http/form.hpp"

namespace kith::http {

namespace {

/// Returns whether the pair `name=value` of a query is the cursor; the name may be percent-encoded.
bool is_cursor(std::string_view pair) {
  return form_decode(pair.substr(0, pair.find('='))) == "cursor";
}

/// Appends a part of a query as sent, but percent-encodes characters that are not allowed in a URI
/// (RFC 3986, appendix A) and could end the `Link` value.
void append_query_part(std::string& out, std::string_view part) {
  constexpr std::string_view allowed = "-._~!$&'()*+,;=:@/?%";
  for (const char c : part) {
    const bool is_allowed = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                            (c >= '0' && c <= '9') || allowed.contains(c);
    if (is_allowed) {
      out.push_back(c);
    } else {
      out += percent_encode(std::string_view(&c, 1));
    }
  }
}

}  // namespace

std::string target_with_cursor(const Request& request, std::string_view cursor) {
  std::string target(request.path);
  char before = '?';
  std::string_view rest = request.query;
  while (!rest.empty()) {
    const auto end = rest.find('&');
    const std::string_view pair = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (pair.empty() || is_cursor(pair)) continue;
    target.push_back(before);
    append_query_part(target, pair);
    before = '&';
  }
  target.push_back(before);
  return target.append("cursor=").append(cursor);
}

}  // namespace kith::http
