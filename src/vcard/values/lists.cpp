#include "vcard/values/lists.hpp"

#include "vcard/limits.hpp"

namespace kith::vcard {

namespace {

/// Returns the position of the first unescaped separator at or after `at`, or the size.
std::size_t find_separator(std::string_view raw, std::size_t at, char separator, Escapes escapes) {
  for (; at < raw.size() && raw[at] != separator; ++at) {
    if (escapes == Escapes::backslash && raw[at] == '\\' && at + 1 < raw.size()) ++at;
  }
  return std::min(at, raw.size());
}

}  // namespace

std::vector<std::string_view> split_raw(std::string_view raw, char separator, Escapes escapes) {
  std::vector<std::string_view> pieces;
  std::size_t begin = 0;
  while (pieces.size() + 1 < list_values_max) {
    const std::size_t end = find_separator(raw, begin, separator, escapes);
    if (end == raw.size()) break;
    pieces.push_back(raw.substr(begin, end - begin));
    begin = end + 1;
  }
  pieces.push_back(raw.substr(begin));
  return pieces;
}

std::vector<std::string> read_list(std::string_view raw, char separator, Escapes escapes) {
  std::vector<std::string> values;
  if (raw.empty()) return values;
  for (const std::string_view piece : split_raw(raw, separator, escapes)) {
    values.push_back(decode_text(piece, escapes));
  }
  return values;
}

std::string write_list(std::span<const std::string> values, char separator, Escapes escapes) {
  std::string raw;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) raw += separator;
    raw += encode_text(values[i], escapes);
  }
  return raw;
}

std::vector<Component> read_components(std::string_view raw, const Structure& structure) {
  std::vector<Component> components;
  for (const std::string_view piece : split_raw(raw, ';', structure.escapes)) {
    if (structure.has_lists || piece.empty()) {
      components.push_back(read_list(piece, ',', structure.escapes));
    } else {
      components.push_back({decode_text(piece, structure.escapes)});
    }
  }
  return components;
}

std::string write_components(std::span<const Component> components, const Structure& structure) {
  std::string raw;
  for (std::size_t i = 0; i < components.size(); ++i) {
    if (i > 0) raw += ';';
    raw += write_list(components[i], ',', structure.escapes);
  }
  return raw;
}

}  // namespace kith::vcard
