#include "vcard/values/quoted_printable.hpp"

#include "base/digits.hpp"
#include "vcard/limits.hpp"
#include "vcard/values/text.hpp"

namespace kith::vcard {

namespace {

/// Returns the number of bytes of the soft break at the `=` at `at`; 0 if it is none.
std::size_t soft_break_size(std::string_view text, std::size_t at) {
  std::size_t end = at + 1;
  while (end < text.size() && (text[end] == ' ' || text[end] == '\t')) ++end;
  if (end == text.size()) return end - at;
  const std::size_t line_end = end;
  while (end < text.size() && end < line_end + 3 && text[end] == '\r') ++end;
  if (end < text.size() && text[end] == '\n') ++end;
  return end > line_end ? end - at : 0;
}

/// Returns the byte encoded by the `=` at `at`, or -1.
int encoded_byte(std::string_view text, std::size_t at) {
  if (at + 2 >= text.size()) return -1;
  const int high = hex_value(text[at + 1]);
  const int low = hex_value(text[at + 2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

bool is_literal(char c) { return c >= '!' && c <= '~' && c != '='; }

void append_byte(std::string& out, char c, bool is_last) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  if (is_literal(c) || (c == ' ' && !is_last)) {
    out += c;
    return;
  }
  const auto byte = static_cast<unsigned char>(c);
  out += '=';
  out += digits[byte >> 4];
  out += digits[byte & 0x0F];
}

/// Returns the number of bytes at `at` that stay on one line: a UTF-8 sequence of at most four
/// bytes, CRLF, or one byte.
std::size_t unit_size(std::string_view bytes, std::size_t at) {
  if (bytes.substr(at, 2) == "\r\n") return 2;
  if (static_cast<unsigned char>(bytes[at]) < 0xC0) return 1;
  std::size_t size = 1;
  while (size < 4 && at + size < bytes.size() && (bytes[at + size] & 0xC0) == 0x80) ++size;
  return size;
}

}  // namespace

std::string decode_quoted_printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const bool is_escape = text[i] == '=';
    if (const int byte = is_escape ? encoded_byte(text, i) : -1; byte >= 0) {
      out += static_cast<char>(byte);
      i += 3;
    } else if (const std::size_t size = is_escape ? soft_break_size(text, i) : 0) {
      i += size;
    } else {
      out += text[i++];
    }
  }
  return out;
}

std::string encode_quoted_printable(std::string_view bytes, const QuotedPrintablePlace& place) {
  const std::string crlf = encode_text(bytes, Escapes::none);
  std::string out;
  out.reserve(crlf.size() * 3);
  std::size_t column = place.column;
  std::string unit;
  for (std::size_t i = 0; i < crlf.size();) {
    const std::size_t size = unit_size(crlf, i);
    unit.clear();
    for (std::size_t k = i; k < i + size; ++k) append_byte(unit, crlf[k], k + 1 == crlf.size());
    i += size;
    // The last unit of a line needs no room for a soft break, but every other one does.
    const std::size_t room = i == crlf.size() ? soft_break_width : soft_break_width - 1;
    if (column + unit.size() > room) {
      out.append(1, '=').append(place.line_end);
      column = 0;
    }
    out += unit;
    column += unit.size();
  }
  return out;
}

}  // namespace kith::vcard
