#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace kith {

/// Returns whether `c` is an ASCII digit, independent of the locale.
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Parses `text`, which must consist of 1 to 9 ASCII digits; otherwise returns nothing.
constexpr std::optional<int> read_digits(std::string_view text) {
  if (text.empty() || text.size() > 9) return std::nullopt;
  int value = 0;
  for (const char c : text) {
    if (!is_digit(c)) return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

/// The value of a hexadecimal digit in either case, or -1.
constexpr int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Appends `value` with leading zeros to exactly `width` digits (at most 10).
/// REQUIRES: 0 <= value < 10^width.
inline void append_digits(std::string& out, int value, int width) {
  std::array<char, 10> digits{};
  for (int i = width - 1; i >= 0; --i) {
    digits[static_cast<std::size_t>(i)] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  out.append(digits.data(), static_cast<std::size_t>(width));
}

}  // namespace kith
