#pragma once

#include <algorithm>
#include <expected>
#include <string>
#include <string_view>

namespace kith::contacts {

/// A colour as `#RRGGBB`, in capital letters.
struct Color {
  static constexpr std::string_view pattern = "^#[0-9A-Fa-f]{6}$";  // in JSON Schema

  std::string text;

  /// Accepts small letters.
  static std::expected<Color, std::string_view> parse(std::string_view text) {
    constexpr std::size_t size = 7;
    const auto is_digit = [](char c) {
      return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
    };
    if (text.size() != size || text.front() != '#' ||
        !std::ranges::all_of(text.substr(1), is_digit)) {
      return std::unexpected("must be a colour like #1A2B3C");
    }
    Color color{std::string(text)};
    for (char& c : color.text) c = c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
    return color;
  }
  void append_to(std::string& out) const { out += text; }

  bool operator==(const Color&) const = default;
};

}  // namespace kith::contacts
