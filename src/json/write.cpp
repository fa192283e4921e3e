#include "json/write.hpp"

#include <array>
#include <charconv>

namespace kith::json {

namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

bool needs_escape(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; }

void write_escaped(std::string& out, char c) {
  out.push_back('\\');
  switch (c) {
    case '"': out.push_back('"'); return;
    case '\\': out.push_back('\\'); return;
    case '\n': out.push_back('n'); return;
    case '\r': out.push_back('r'); return;
    case '\t': out.push_back('t'); return;
    default: break;
  }
  const auto byte = static_cast<unsigned char>(c);
  out += "u00";
  out.push_back(hex_digits[byte >> 4]);
  out.push_back(hex_digits[byte & 0x0F]);
}

}  // namespace

void write(std::string& out, std::string_view text) {
  out.push_back('"');
  std::size_t plain_from = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!needs_escape(text[i])) continue;
    out.append(text, plain_from, i - plain_from);
    write_escaped(out, text[i]);
    plain_from = i + 1;
  }
  out.append(text, plain_from);
  out.push_back('"');
}

void write(std::string& out, std::int64_t value) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(digits.data(), end);
}

}  // namespace kith::json
