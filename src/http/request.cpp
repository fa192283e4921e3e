#include "http/request.hpp"

#include <algorithm>
#include <array>

#include "base/limits.hpp"
#include "http/scrub.hpp"

namespace kith::http {

namespace {

/// Returns whether the item has weight 0, which means "not acceptable" (RFC 9110, section 12.4.2).
bool is_refused(std::string_view item) {
  const auto at = item.find(';');
  if (at == std::string_view::npos) return false;
  const std::string_view weight = trim(item.substr(at + 1));
  return (weight.starts_with("q=0") || weight.starts_with("Q=0")) &&
         weight.find_first_of("123456789") == std::string_view::npos;
}

struct Method {
  std::string_view name;
  bool is_safe = false;
  bool is_in_openapi = true;
};

/// In the order of `Verb`.
constexpr std::array methods{
    Method{.name = "GET", .is_safe = true},
    Method{.name = "HEAD", .is_safe = true},
    Method{.name = "POST"},
    Method{.name = "PUT"},
    Method{.name = "PATCH"},
    Method{.name = "DELETE"},
    Method{.name = "OPTIONS", .is_safe = true},
    Method{.name = "PROPFIND", .is_safe = true, .is_in_openapi = false},
    Method{.name = "PROPPATCH", .is_in_openapi = false},
    Method{.name = "REPORT", .is_safe = true, .is_in_openapi = false},
    Method{.name = "MKCOL", .is_in_openapi = false},
    Method{.name = "COPY", .is_in_openapi = false},
    Method{.name = "MOVE", .is_in_openapi = false},
    Method{.name = "LOCK", .is_in_openapi = false},
    Method{.name = "UNLOCK", .is_in_openapi = false},
    Method{.name = "OTHER", .is_in_openapi = false},
};
static_assert(methods.size() == static_cast<std::size_t>(Verb::other) + 1);

const Method& method_of(Verb verb) { return methods[static_cast<std::size_t>(verb)]; }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

}  // namespace

std::string_view to_string(Verb verb) { return method_of(verb).name; }

Verb verb_of(std::string_view method) {
  const auto* const found = std::ranges::find(methods, method, &Method::name);
  return found == methods.end() ? Verb::other : static_cast<Verb>(found - methods.begin());
}

bool is_safe(Verb verb) { return method_of(verb).is_safe; }

bool is_in_openapi(Verb verb) { return method_of(verb).is_in_openapi; }

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool list_has_token(std::string_view list, std::string_view token) {
  while (!list.empty()) {
    const auto comma = list.find(',');
    const std::string_view item = list.substr(0, comma);
    if (equal_ignoring_case(trim(item.substr(0, item.find(';'))), token)) return !is_refused(item);
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
  }
  return false;
}

bool lists_only(const Request& request, std::string_view name, std::string_view token) {
  for (const Header& header : request.headers) {
    if (!equal_ignoring_case(header.name, name)) continue;
    for (std::string_view list = header.value; !list.empty();) {
      const auto comma = list.find(',');
      const std::string_view member = trim(list.substr(0, comma));
      if (!member.empty() && !equal_ignoring_case(member, token)) return false;
      list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
    }
  }
  return true;
}

std::optional<std::string_view> credentials_of(const Request& request, std::string_view scheme) {
  const auto header = request.header("Authorization");
  if (!header || header->size() <= scheme.size() || (*header)[scheme.size()] != ' ') {
    return std::nullopt;
  }
  if (!equal_ignoring_case(header->substr(0, scheme.size()), scheme)) return std::nullopt;
  return trim(header->substr(scheme.size()));
}

std::optional<std::string_view> Request::header(std::string_view name) const {
  const auto found = std::ranges::find_if(
      headers, [&](const Header& header) { return equal_ignoring_case(header.name, name); });
  if (found == headers.end()) return std::nullopt;
  return found->value;
}

void Request::clear() {
  verb = Verb::other;
  target = path = query = {};
  version = 11;
  keep_alive = true;
  content_length.reset();
  chunked = false;
  scrub(head);
  head.clear();
  headers.clear();
  scrub(body);
  body.clear();
  if (body.capacity() > limits::kept_buffer_bytes_max) body.shrink_to_fit();
}

}  // namespace kith::http
