#include "base/percent.hpp"

#include "base/digits.hpp"

namespace kith {

std::optional<char> percent_escaped(std::string_view text) {
  if (text.size() < percent_escape_bytes || text[0] != '%') return std::nullopt;
  const int high = hex_value(text[1]);
  const int low = hex_value(text[2]);
  if (high < 0 || low < 0) return std::nullopt;
  return static_cast<char>(high * 16 + low);
}

std::string percent_decoded(std::string_view text, bool (*accepts)(char byte)) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = percent_escaped(text.substr(at));
    const bool is_decoded = byte && accepts(*byte);
    out.push_back(is_decoded ? *byte : text[at]);
    at += is_decoded ? percent_escape_bytes : 1;
  }
  return out;
}

}  // namespace kith
