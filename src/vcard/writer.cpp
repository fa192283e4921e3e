#include "vcard/writer.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

#include "base/text.hpp"
#include "vcard/document.hpp"
#include "vcard/head.hpp"
#include "vcard/physical_lines.hpp"

namespace kith::vcard {
namespace {

constexpr bool is_control(char c) {
  constexpr char delete_byte = 0x7F;
  return (static_cast<unsigned char>(c) < ' ' && c != '\t') || c == delete_byte;
}

constexpr bool is_inside_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

void append_caret_escaped(std::string& out, std::string_view value) {
  for (const char c : value) {
    if (c == '\n') {
      out += "^n";
    } else if (c == '"') {
      out += "^'";
    } else if (c == '^') {
      out += "^^";
    } else if (!is_control(c)) {
      out += c;
    }
  }
}

void append_value(std::string& out, std::string_view value, Version version) {
  constexpr std::string_view delimiters = ":;,";
  std::string text;
  if (version == Version::v4_0) {
    append_caret_escaped(text, value);
  } else {
    const bool is_unquoted = version == Version::v2_1;
    for (const char c : value) {
      const bool is_delimiter = delimiters.find(c) != std::string_view::npos;
      if (c != '"' && !is_control(c) && !(is_unquoted && is_delimiter)) text += c;
    }
  }
  const bool needs_quotes = text.find_first_of(delimiters) != std::string::npos;
  if (needs_quotes) out += '"';
  out += text;
  if (needs_quotes) out += '"';
}

void append_type(std::string& head, std::string_view value, Version version) {
  head += version == Version::v2_1 ? ";" : ";TYPE=";
  append_value(head, version == Version::v4_0 ? ascii_lower(value) : std::string(value), version);
}

/// The value on one line.
std::string on_one_line(std::string_view value, FoldStyle style) {
  std::string out;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const bool is_crlf = value.substr(i).starts_with("\r\n");
    if (value[i] != '\r' && value[i] != '\n' && value[i] != '\0') {
      out += value[i];
    } else if (value[i] != '\0') {
      out += style == FoldStyle::soft_breaks ? "=0D=0A" : "\\n";
    }
    if (is_crlf) ++i;
  }
  return out;
}

bool has_line_breaks(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos;
}

/// The offset of the character that the byte at `at` belongs to; `at` itself if it is no UTF-8.
std::size_t character_begin(std::string_view text, std::size_t at) {
  constexpr std::size_t bytes_max = 4;
  std::size_t begin = at;
  while (begin > 0 && at - begin < bytes_max - 1 && is_inside_character(text[begin])) --begin;
  constexpr unsigned char lead_min = 0xC0;
  return static_cast<unsigned char>(text[begin]) >= lead_min ? begin : at;
}

/// Where a physical line of at most `width` bytes that begins at `begin` ends.
std::size_t cut_anywhere(std::string_view text, std::size_t begin, std::size_t width) {
  constexpr std::size_t colons_max = 16;  // of which none begins a continuation
  const std::size_t latest = character_begin(text, begin + width);
  std::size_t cut = latest;
  while (text[cut] == ':' && latest - cut < colons_max) --cut;
  cut = character_begin(text, cut);
  return text[cut] == ':' || cut <= begin ? latest : cut;
}

void fold_anywhere(std::string& out, std::string_view text, const LineLayout& layout) {
  std::size_t width = layout.fold_width;
  std::size_t begin = 0;
  while (text.size() - begin > width) {
    const std::size_t cut = cut_anywhere(text, begin, width);
    out.append(text.substr(begin, cut - begin)).append(layout.line_end) += layout.continuation;
    begin = cut;
    width = layout.fold_width - 1;
  }
  out.append(text.substr(begin));
}

void fold_at_blanks(std::string& out, std::string_view head, std::string_view value,
                    const LineLayout& layout) {
  out.append(head) += ':';
  std::size_t used = head.size() + 1;
  std::size_t begin = 0;
  while (used + value.size() - begin > layout.fold_width) {
    // A blank that begins a continuation stays; one at the beginning of the value is no place.
    const std::size_t room = layout.fold_width - std::min(used, layout.fold_width);
    std::size_t cut = value.find_last_of(" \t", begin + room);
    if (cut == std::string_view::npos || cut <= begin) cut = value.find_first_of(" \t", begin + 1);
    if (cut == std::string_view::npos) break;
    out.append(value.substr(begin, cut - begin)).append(layout.line_end);
    begin = cut;
    used = 0;
  }
  out.append(value.substr(begin));
}

/// Where a piece of quoted-printable of at most `room` bytes ends, in front of an `=XX`.
std::size_t cut_quoted(std::string_view value, std::size_t begin, std::size_t room) {
  const std::size_t latest = begin + room;
  for (std::size_t back = 1; back <= 2 && back <= room; ++back) {
    if (value[latest - back] == '=') return latest - back;
  }
  return latest;
}

void fold_quoted(std::string& out, std::string_view head, std::string_view value,
                 std::string_view line_end) {
  constexpr std::size_t escape_bytes = 3;
  out.append(head) += ':';
  std::size_t used = head.size() + 1;
  std::size_t begin = 0;
  while (used + value.size() - begin > soft_break_width) {
    const std::size_t room = soft_break_width - 1 - std::min(used, soft_break_width - 1);
    const std::size_t cut = room == 0 ? begin : cut_quoted(value, begin, room);
    out.append(value.substr(begin, cut - begin)).append("=").append(line_end);
    begin = cut;
    used = 0;
    if (begin < value.size() && is_blank_byte(value[begin])) {  // readers would drop it
      out.append(value[begin] == ' ' ? "=20" : "=09");
      used = escape_bytes;
      ++begin;
    }
  }
  out.append(value.substr(begin));
  if (value.ends_with('=')) out += "3D";  // else a reader would take the next line for its rest
}

}  // namespace

FoldStyle fold_style(Encoding encoding, Version version) {
  if (encoding == Encoding::quoted_printable) return FoldStyle::soft_breaks;
  const bool is_legacy = version == Version::v2_1 && encoding == Encoding::none;
  return is_legacy ? FoldStyle::at_blanks : FoldStyle::anywhere;
}

void append_param(std::string& head, const NewParam& param, Version version) {
  if (same_name(param.name, "TYPE")) {
    for (const std::string& value : param.values) append_type(head, value, version);
    return;
  }
  head.append(";").append(param.name) += '=';
  bool is_first = true;
  for (const std::string& value : param.values) {
    if (!std::exchange(is_first, false)) head += ',';
    append_value(head, value, version);
  }
}

std::string head_of(const NewLine& line, Version version) {
  std::string head = line.group;
  if (!head.empty()) head += '.';
  head += line.name;
  for (const NewParam& param : line.params) append_param(head, param, version);
  return head;
}

void append_line(std::string& out, std::string_view head, std::string_view value,
                 const LineLayout& layout) {
  std::string clean_head, clean_value;
  if (has_line_breaks(head)) {
    std::ranges::copy_if(head, std::back_inserter(clean_head), std::not_fn(is_control));
    head = clean_head;
  }
  if (has_line_breaks(value)) {
    clean_value = on_one_line(value, layout.style);
    value = clean_value;
  }
  switch (layout.style) {
    case FoldStyle::anywhere:
      fold_anywhere(out, std::string(head).append(":").append(value), layout);
      break;
    case FoldStyle::at_blanks: fold_at_blanks(out, head, value, layout); break;
    case FoldStyle::soft_breaks: fold_quoted(out, head, value, layout.line_end); break;
  }
  out.append(layout.line_end);
}

Writer::Writer(Version version) : version_(version) {
  out_.append("BEGIN:VCARD\r\nVERSION:").append(to_string(version)).append("\r\n");
}

void Writer::add(const NewLine& line) {
  const std::string head = head_of(line, version_);
  append_line(out_, head, line.value, {.style = fold_style(encoding_of_head(head), version_)});
}

std::string Writer::finish() && {
  out_ += "END:VCARD\r\n";
  return std::move(out_);
}

}  // namespace kith::vcard
