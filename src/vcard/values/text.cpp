#include "vcard/values/text.hpp"

namespace kith::vcard {

namespace {

/// Returns the character that an escaped `c` means; NUL if `c` is not escaped.
constexpr char unescaped(char c) {
  switch (c) {
    case '\\':
    case ',':
    case ';':
    case ':':
    case '"': return c;
    case 'n':
    case 'N':
    case '\n': return '\n';
    default: return '\0';
  }
}

/// Returns the number of bytes of the line end at `at`, or 0.
std::size_t line_end_size(std::string_view text, std::size_t at) {
  if (text[at] == '\n') return 1;
  if (text[at] != '\r') return 0;
  return at + 1 < text.size() && text[at + 1] == '\n' ? 2 : 1;
}

/// Returns whether `c` may be replaced.
constexpr bool is_special(char c) {
  return c == '\\' || c == ',' || c == ';' || c == '\r' || c == '\n';
}

/// Copies `text` to `out`, with `line_end` for each line end and `append(out, i)` for other bytes;
/// `append` returns the number of bytes that it has read.
template <class Append>
std::string replaced(std::string_view text, std::string_view line_end, Append&& append) {
  std::string out;
  out.reserve(text.size() + text.size() / 16);
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t begin = i;
    while (i < text.size() && !is_special(text[i])) ++i;
    out.append(text, begin, i - begin);
    if (i == text.size()) break;
    if (const std::size_t size = line_end_size(text, i)) {
      out += line_end;
      i += size;
    } else {
      i += append(out, i);
    }
  }
  return out;
}

}  // namespace

std::string with_newlines(std::string_view text) { return decode_text(text, Escapes::none); }

std::string decode_text(std::string_view raw, Escapes escapes) {
  return replaced(raw, "\n", [&](std::string& out, std::size_t i) -> std::size_t {
    const bool escape = escapes == Escapes::backslash && raw[i] == '\\' && i + 1 < raw.size();
    const char meant = escape ? unescaped(raw[i + 1]) : '\0';
    out += meant != '\0' ? meant : raw[i];
    return meant != '\0' ? 2 : 1;
  });
}

std::string encode_text(std::string_view text, Escapes escapes) {
  const bool escaped = escapes == Escapes::backslash;
  return replaced(text, escaped ? "\\n" : "\r\n", [&](std::string& out, std::size_t i) {
    const char c = text[i];
    if (escaped && (c == '\\' || c == ',' || c == ';')) out += '\\';
    out += c;
    return std::size_t{1};
  });
}

}  // namespace kith::vcard
