#include "vcard/values/base64.hpp"

#include <array>
#include <cstdint>

namespace kith::vcard {

namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

enum : std::uint8_t { white_space = 64, padding, other };

constexpr std::array<std::uint8_t, 256> make_values() {
  std::array<std::uint8_t, 256> values{};
  values.fill(other);
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    values[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  }
  values['-'] = 62;
  values['_'] = 63;
  values['='] = padding;
  for (const char c : {' ', '\t', '\r', '\n'}) values[static_cast<unsigned char>(c)] = white_space;
  return values;
}

constexpr std::array<std::uint8_t, 256> values_of = make_values();

/// Returns the six bits of `value` that begin at bit `from`, as a character.
char character(std::uint32_t value, unsigned from) { return alphabet[value >> from & 0x3F]; }

}  // namespace

std::optional<std::string> decode_base64(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3 + 3);
  std::uint32_t bits = 0;
  unsigned count = 0;
  bool is_padded = false;
  for (const char c : text) {
    const std::uint8_t value = values_of[static_cast<unsigned char>(c)];
    if (value == white_space) continue;
    if (value == other || (is_padded && value != padding)) return std::nullopt;
    is_padded = value == padding;
    if (is_padded) continue;
    bits = bits << 6 | value;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> count & 0xFF);
  }
  return bytes;
}

std::string encode_base64(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t rest = bytes.size() - i;
    const auto byte = [&](std::size_t at) {
      return at < rest ? static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i + at])) : 0;
    };
    const std::uint32_t group = byte(0) << 16 | byte(1) << 8 | byte(2);
    text += character(group, 18);
    text += character(group, 12);
    text += rest > 1 ? character(group, 6) : '=';
    text += rest > 2 ? character(group, 0) : '=';
  }
  return text;
}

}  // namespace kith::vcard
