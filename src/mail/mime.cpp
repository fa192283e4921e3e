#include "mail/mime.hpp"

#include <algorithm>

#include "base/limits.hpp"
#include "base/text.hpp"

namespace kith::mail {

namespace {

constexpr std::string_view crlf = "\r\n";

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

bool is_printable_ascii(char c) { return c >= 0x20 && c < 0x7F; }

std::string base64(std::string_view bytes) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (; !bytes.empty(); bytes.remove_prefix(std::min<std::size_t>(3, bytes.size()))) {
    unsigned group = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      group = group << 8 | (i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      out.push_back(i <= bytes.size() ? digits[group >> (18 - 6 * i) & 0x3F] : '=');
    }
  }
  return out;
}

}  // namespace

std::string one_line(std::string_view text) {
  const bool valid = is_valid_utf8(text);
  std::string out(text);
  for (char& c : out) {
    if (is_control(c)) c = ' ';
    if (!valid && static_cast<unsigned char>(c) >= 0x80) c = '?';
  }
  return out;
}

std::string encoded_words(std::string_view text) {
  constexpr std::size_t bytes_a_word = 45;  // 60 characters of base64 in a word of 72
  const std::string line = one_line(text);
  std::string out;
  for (std::string_view rest = line; !rest.empty();) {
    const std::string_view part = cut(rest, bytes_a_word);
    out.append(out.empty() ? "" : "\r\n ").append("=?UTF-8?B?").append(base64(part)).append("?=");
    rest.remove_prefix(part.size());
  }
  return out;
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
  const std::string line = one_line(value);
  const bool plain = std::ranges::all_of(line, is_printable_ascii) && !line.contains("=?") &&
                     name.size() + 2 + line.size() <= header_line_bytes_max;
  out.append(name).append(": ").append(plain ? line : encoded_words(line)).append(crlf);
}

std::string phrase(std::string_view name) {
  const std::string line = one_line(name);
  if (!std::ranges::all_of(line, is_printable_ascii) || line.contains("=?")) {
    return encoded_words(line);
  }
  const bool atoms = std::ranges::all_of(line, [](char c) {
    return c == ' ' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  });
  if (atoms) return line;
  std::string quoted = "\"";
  for (const char c : line) {
    if (c == '"' || c == '\\') quoted.push_back('\\');
    quoted.push_back(c);
  }
  return quoted + '"';
}

namespace {

/// Appends the characters of one line, with a soft break where the line gets too long.
class QuotedLine {
 public:
  explicit QuotedLine(std::string& out) : out_(out) {}

  void put(char c, bool must_be_encoded) {
    if (!must_be_encoded) return put(std::string_view(&c, 1));
    constexpr std::string_view digits = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    const char encoded[] = {'=', digits[byte >> 4], digits[byte & 0x0F]};
    put(std::string_view(encoded, sizeof encoded));
  }

 private:
  void put(std::string_view characters) {
    constexpr std::size_t chars_max = 75;  // plus the `=` of the soft break
    if (width_ + characters.size() > chars_max) {
      out_.append("=\r\n");
      width_ = 0;
    }
    out_ += characters;
    width_ += characters.size();
  }

  std::string& out_;
  std::size_t width_ = 0;
};

void append_quoted_line(std::string& out, std::string_view line) {
  QuotedLine quoted(out);
  // Old mail programs change lines that begin like this.
  const bool fragile_begin = line.starts_with("From ") || line.starts_with('.');
  for (std::size_t i = 0; i < line.size(); ++i) {
    const bool blank_at_the_end = line[i] == ' ' && i + 1 == line.size();
    const bool encode = !is_printable_ascii(line[i]) || line[i] == '=' || blank_at_the_end ||
                        (i == 0 && fragile_begin);
    quoted.put(line[i], encode);
  }
  out += crlf;
}

/// Calls `visit` with each line of `text`, without its newline.
template <class Visit>
void for_each_line(std::string_view text, Visit visit) {
  while (!text.empty()) {
    const auto end = text.find('\n');
    visit(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
}

bool can_stay_as_it_is(std::string_view line) {
  const bool is_text =
      std::ranges::all_of(line, [](char c) { return c == '\t' || !is_control(c); });
  return is_text && line.size() <= limits::mail_line_bytes_max && !line.starts_with("From ");
}

}  // namespace

Encoding encoding_of(std::string_view text, bool takes_8bit) {
  bool fits = true;
  for_each_line(text, [&](std::string_view line) { fits = fits && can_stay_as_it_is(line); });
  if (!fits) return Encoding::quoted_printable;
  const bool is_ascii =
      std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (is_ascii) return Encoding::seven_bit;
  return takes_8bit ? Encoding::eight_bit : Encoding::quoted_printable;
}

void append_text(std::string& out, std::string_view text, Encoding encoding) {
  if (encoding == Encoding::quoted_printable) return append_quoted_printable(out, text);
  for_each_line(text, [&out](std::string_view line) { out.append(line).append(crlf); });
}

void append_quoted_printable(std::string& out, std::string_view text) {
  for_each_line(text, [&out](std::string_view line) { append_quoted_line(out, line); });
}

}  // namespace kith::mail
