#include "vcard/line_text.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "vcard/convert/property.hpp"
#include "vcard/head.hpp"
#include "vcard/values/quoted_printable.hpp"
#include "vcard/values/text.hpp"
#include "vcard/values/value.hpp"

namespace kith::vcard {

namespace {

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// Returns quoted-printable on one line: the editor inserts soft breaks.
std::string quoted(std::string_view value) {
  constexpr std::string_view soft_break = "=\r\n";
  const std::string encoded = encode_quoted_printable(value, {});
  std::string out;
  out.reserve(encoded.size());
  for (std::string_view rest = encoded; !rest.empty();) {
    const std::size_t end = std::min(rest.find(soft_break), rest.size());
    out += rest.substr(0, end);
    rest.remove_prefix(std::min(end + soft_break.size(), rest.size()));
  }
  return out;
}

/// Returns the text with the escapes that 2.1 is read with: line ends stay.
std::string escaped_legacy(std::string_view text, std::string_view special) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (c == '\n') out += '\r';
    if (special.contains(c)) out += '\\';
    out += c;
  }
  return out;
}

/// The delimiters that a value has without a backslash, which readers of text accept.
std::string bare_delimiters(std::string_view raw) {
  std::string bare;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const char c = raw[i];
    const bool is_delimiter = c == ',' || c == ';';
    if (is_delimiter && !bare.contains(c)) bare += c;
    if (c == '\\') ++i;
  }
  return bare;
}

bool names_encoding(const Param& param) {
  return param.is("ENCODING") || (param.is_bare && bare_encoding(param.value) != Encoding::none);
}

bool is_utf8(std::string_view charset) {
  const std::string name = ascii_lower(charset);
  return name == "utf-8" || name == "utf8";
}

/// Returns whether 2.1 cannot have the value as it is.
bool needs_quoting(std::string_view value, Version version, bool has_charset) {
  if (version != Version::v2_1) return false;
  return value.find_first_of("\r\n") != std::string_view::npos ||
         (!has_charset && !is_ascii(value));
}

}  // namespace

std::string escaped(const Line& line, std::string_view text) {
  if (line.version == Version::v2_1) {
    return escaped_legacy(text, escapes_of(line) == Escapes::none ? "" : "\\");
  }
  const std::string bare = bare_delimiters(line.raw_value);
  if (bare.empty()) return encode_text(text);
  std::string out;
  for (const char c : text) {
    const bool is_special = c == '\\' || ((c == ',' || c == ';') && !bare.contains(c));
    if (is_special) out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out;
}

std::string escaped_component(const Line& line, std::string_view text) {
  return line.version == Version::v2_1 ? escaped_legacy(text, "\\;") : encode_text(text);
}

LineEdit with_value(const Line& line, std::string value) {
  const ParamMeaning meaning = meaning_of(line.params());
  const bool is_legacy = line.version == Version::v2_1;
  const bool has_other_charset = !meaning.charset.empty() && !is_utf8(meaning.charset);
  const bool has_charset = !meaning.charset.empty() || !is_ascii(line.raw_value);
  const bool was_quoted = meaning.encoding == Encoding::quoted_printable;
  const bool becomes_quoted = !was_quoted && needs_quoting(value, line.version, has_charset);
  const bool drops_encoding = becomes_quoted || meaning.encoding == Encoding::base64;
  LineEdit edit;
  const bool names_charset = (has_other_charset && is_legacy) ||
                             (becomes_quoted && meaning.charset.empty() && !is_ascii(value));
  if (names_charset) edit.added_params.push_back({"CHARSET", {"UTF-8"}});
  if (becomes_quoted) edit.added_params.push_back({"ENCODING", {"QUOTED-PRINTABLE"}});
  edit.value = was_quoted || becomes_quoted ? quoted(value) : std::move(value);
  edit.drops = [=](const Param& param) {
    return (drops_encoding && names_encoding(param)) || (has_other_charset && param.is("CHARSET"));
  };
  return edit;
}

LineEdit with_same_value(const Line& line) {
  std::string value = line.value();
  if (value.find_first_of("\r\n") == std::string::npos) return {.value = std::move(value)};
  if (line.encoding == Encoding::base64) {
    std::erase_if(value, [](char c) { return c == '\r' || c == '\n'; });
    return {.value = std::move(value)};
  }
  value = utf8_value(line, meaning_of(line.params()));
  if (escapes_of(line) == Escapes::backslash) value = conversion::one_line(value);
  return with_value(line, std::move(value));
}

LineEdit with_text(const Line& line, std::string_view text) {
  return with_value(line, escaped(line, text));
}

NewLine new_line(NewLine line, std::string_view text, Version version) {
  std::string value = escaped({.version = version, .name = line.name}, text);
  return with_encoding(std::move(line), std::move(value), version);
}

NewLine with_encoding(NewLine line, std::string value, Version version) {
  line.value = std::move(value);
  if (!needs_quoting(line.value, version, false)) return line;
  if (!is_ascii(line.value)) line.params.push_back({"CHARSET", {"UTF-8"}});
  line.params.push_back({"ENCODING", {"QUOTED-PRINTABLE"}});
  line.value = quoted(line.value);
  return line;
}

void drop_params(LineEdit& edit, std::function<bool(const Param&)> drops) {
  edit.drops = [before = std::move(edit.drops), drops = std::move(drops)](const Param& param) {
    return (before && before(param)) || drops(param);
  };
}

}  // namespace kith::vcard
