#include "accounts/initials.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <vector>

#include <unicode/uchar.h>
#include <unicode/utf8.h>

namespace kith::accounts {

namespace {

constexpr std::size_t letters_max = 2;

// White text has a contrast ratio of at least 4.5 on each (WCAG 2.2, 1.4.3).
constexpr std::array<std::string_view, 10> colors{"#b3261e", "#a03c78", "#7b4fb5", "#4a5bb8",
                                                  "#2b6cb0", "#0f7480", "#1b7a4b", "#5c7a1f",
                                                  "#8a6414", "#6b5e55"};

/// Returns the first letter or digit of each word.
std::vector<UChar32> first_letters(std::string_view text) {
  std::vector<UChar32> letters;
  bool in_word = false;
  const auto* const bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  const auto size = static_cast<int32_t>(text.size());
  for (int32_t at = 0; at < size;) {
    UChar32 c = 0;
    U8_NEXT(bytes, at, size, c);
    if (c < 0 || u_isUWhiteSpace(c)) in_word = false;
    if (c < 0 || in_word || !u_isalnum(c)) continue;
    letters.push_back(u_totitle(c));
    in_word = true;
  }
  return letters;
}

void append_hex(std::string& out, UChar32 c) {
  std::array<char, 8> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), c, 16).ptr;
  out.append(digits.data(), end);
}

/// Reads a letter or digit in the form that `append_hex` writes, and no other form.
std::optional<UChar32> read_letter(std::string_view text) {
  UChar32 c = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), c, 16);
  if (error != std::errc() || end != text.data() + text.size() || !u_isalnum(c)) return {};
  std::string again;
  append_hex(again, c);
  return again == text ? std::optional(c) : std::nullopt;
}

constexpr std::string_view figure = R"(<circle cx="125" cy="95" r="45" fill="#fff"/>)"
                                    R"(<path d="M40 215a85 75 0 0 1 170 0z" fill="#fff"/>)";

std::string drawing(std::string_view color, std::string_view inner) {
  std::string out = R"(<svg xmlns="http://www.w3.org/2000/svg" width="250" height="250" )"
                    R"(viewBox="0 0 250 250"><rect width="250" height="250" fill=")";
  return out.append(color).append("\"/>").append(inner).append("</svg>");
}

}  // namespace

std::string initials_of(std::string_view username, AccountId account) {
  const auto letters = first_letters(username);
  std::string name;
  if (!letters.empty()) append_hex(name, letters.front());
  if (letters.size() > 1) append_hex(name += '-', letters.back());
  // The last byte of the UUID is random.
  const auto color = account.uuid.data.back() % colors.size();
  return name.append(name.empty() ? "" : "-") += std::to_string(color);
}

std::optional<std::string> draw_initials(std::string_view name) {
  std::string text;
  for (std::size_t count = 0;; ++count) {
    const auto dash = name.find('-');
    if (dash == std::string_view::npos) break;
    const auto letter = read_letter(name.substr(0, dash));
    if (!letter || count == letters_max) return std::nullopt;
    append_hex(text += "&#x", *letter);
    text += ';';
    name.remove_prefix(dash + 1);
  }
  if (name.size() != 1 || name.front() < '0' || name.front() > '9') return std::nullopt;
  const std::string_view color = colors[static_cast<std::size_t>(name.front() - '0')];
  if (text.empty()) return drawing(color, figure);
  return drawing(color, R"(<text x="125" y="125" dy=".35em" text-anchor="middle" )"
                        R"(font-family="sans-serif" font-size="110" fill="#fff">)" +
                            text + "</text>");
}

}  // namespace kith::accounts
