#include "contacts/model/shown_text.hpp"

#include <algorithm>

#include "base/limits.hpp"
#include "base/text.hpp"

namespace kith::contacts {

namespace {

constexpr bool is_printable_ascii(char c) { return c >= ' ' && c <= '~'; }

constexpr bool is_blank_or_newline(char c) { return c == ' ' || c == '\n'; }

/// Returns whether an ASCII text is already as it is shown: most are.
bool is_clean(std::string_view text, bool is_multiline) {
  if (text.empty()) return true;
  if (is_blank_or_newline(text.front()) || is_blank_or_newline(text.back())) return false;
  if (!is_multiline) return std::ranges::all_of(text, is_printable_ascii) && !text.contains("  ");
  return std::ranges::all_of(text, [](char c) { return is_printable_ascii(c) || c == '\n'; });
}

/// Returns the text without control characters (C0, DEL, C1). White space among them becomes a
/// blank; newlines stay if `keeps_newlines`.
std::string without_controls(std::string_view text, bool keeps_newlines) {
  constexpr char first_of_c1 = '\xC2';  // of the two bytes of U+0080 to U+009F
  constexpr char next_line = '\x85';
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool is_c1 =
        c == first_of_c1 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if (is_c1) {
      if (text[++i] == next_line) out += ' ';
    } else if ((c == '\n' && keeps_newlines) ||
               (static_cast<unsigned char>(c) >= ' ' && c != '\x7F')) {
      out += c;
    } else if (c >= '\t' && c <= '\r') {
      out += ' ';
    }
  }
  return out;
}

/// Returns the beginning of the text, at most `chars_max` characters.
std::string_view cut_chars(std::string_view text, std::size_t chars_max) {
  if (text.size() <= chars_max) return text;
  std::size_t chars = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool begins_char = (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80;
    if (begins_char && chars++ == chars_max) return text.substr(0, i);
  }
  return text;
}

/// Cleans a text, cuts it, and cleans what the cut has left at the end.
template <class Clean>
std::string cleaned(std::string_view text, std::size_t chars_max, Clean&& clean) {
  std::string out = clean(text);
  const std::string_view shown = cut_chars(out, chars_max);
  return shown.size() == out.size() ? out : clean(shown);
}

}  // namespace

std::string shown_line(std::string_view text, std::size_t chars_max) {
  if (chars_max == 0) chars_max = shown_bytes_max;
  if (text.size() <= chars_max && is_clean(text, false)) return std::string(text);
  const std::size_t bytes_max =
      std::min(shown_bytes_max, chars_max * limits::uncleaned_bytes_per_char);
  return cleaned(without_controls(cut(text, bytes_max), false), chars_max, clean_line);
}

std::string shown_lines(std::string_view text, std::size_t chars_max) {
  if (text.size() <= chars_max && is_clean(text, true)) return std::string(text);
  const std::string_view beginning = cut(text, chars_max * limits::uncleaned_bytes_per_char);
  return cleaned(without_controls(beginning, true), chars_max, clean_lines);
}

}  // namespace kith::contacts
