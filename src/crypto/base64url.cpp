#include "crypto/base64url.hpp"

#include <array>
#include <cstdint>

namespace kith::crypto {

namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

constexpr auto make_values() {
  std::array<std::int8_t, 256> values{};
  values.fill(-1);
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    values[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int8_t>(i);
  }
  return values;
}

constexpr auto values = make_values();

}  // namespace

void append_base64url(std::string& out, std::string_view bytes) {
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : bytes) {
    bits = (bits << 8) | static_cast<unsigned char>(c);
    for (held += 8; held >= 6; held -= 6) out.push_back(alphabet[(bits >> (held - 6)) & 0x3F]);
  }
  if (held > 0) out.push_back(alphabet[(bits << (6 - held)) & 0x3F]);
}

std::optional<std::string> decode_base64url(std::string_view text) {
  if (text.size() % 4 == 1) return std::nullopt;
  std::string out(text.size() * 3 / 4, '\0');
  auto to = out.begin();
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : text) {
    const int value = values[static_cast<unsigned char>(c)];
    if (value < 0) return std::nullopt;
    bits = (bits << 6) | static_cast<std::uint32_t>(value);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    *to++ = static_cast<char>((bits >> held) & 0xFF);
  }
  const std::uint32_t stray = bits & ((1U << held) - 1);
  if (stray != 0) return std::nullopt;
  return out;
}

}  // namespace kith::crypto
