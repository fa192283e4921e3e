#include "json/indent.hpp"

#include <cstddef>

namespace kith::json {

namespace {

/// Returns the length of the string whose opening quotation mark is at `at`, both marks included.
std::size_t string_bytes(std::string_view json, std::size_t at) {
  std::size_t end = at + 1;
  while (json[end] != '"') end += json[end] == '\\' ? 2 : 1;
  return end + 1 - at;
}

bool is_empty(std::string_view json, std::size_t open) {
  return json[open + 1] == ']' || json[open + 1] == '}';
}

}  // namespace

std::string indent(std::string_view json) {
  std::string out;
  std::size_t level = 0;
  const auto begin_line = [&] { out.append("\n").append(2 * level, ' '); };
  for (std::size_t at = 0; at < json.size();) {
    const char c = json[at];
    if (c == '"') {
      const std::size_t bytes = string_bytes(json, at);
      out += json.substr(at, bytes);
      at += bytes;
      continue;
    }
    if ((c == '{' || c == '[') && is_empty(json, at)) {
      out += json.substr(at, 2);
      at += 2;
      continue;
    }
    const bool closes = c == '}' || c == ']';
    if (closes) --level;
    if (closes) begin_line();
    out.push_back(c);
    if (c == '{' || c == '[') ++level;
    if (c == '{' || c == '[' || c == ',') begin_line();
    if (c == ':') out.push_back(' ');
    ++at;
  }
  return out;
}

}  // namespace kith::json
