#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "vcard/convert/property.hpp"
#include "vcard/values/base64.hpp"
#include "vcard/values/charset.hpp"
#include "vcard/values/value.hpp"

namespace kith::vcard::conversion {

namespace {

constexpr std::array media_names{"PHOTO", "LOGO", "SOUND", "KEY"};
constexpr std::array structured_names{"N", "ADR", "ORG"};
constexpr std::array list_names{"CATEGORIES", "NICKNAME"};
constexpr std::array text_names{"FN", "NOTE", "TITLE", "ROLE", "LABEL", "MAILER", "SORT-STRING"};
constexpr std::array uri_names{"URL", "SOURCE", "IMPP", "FBURL", "CALURI", "CALADRURI"};

/// Parameters that other members of a property stand for.
constexpr std::array read_params{"TYPE", "PREF", "VALUE", "ENCODING", "CHARSET"};

template <std::size_t size>
bool is_any(const Line& line, const std::array<const char*, size>& names) {
  return std::ranges::any_of(names, [&](const char* name) { return line.is(name); });
}

/// Returns a value of 2.1 whose backslashes escape at most delimiters, with all others escaped.
std::string escape_backslashes(std::string_view value) {
  constexpr std::string_view escaped = "\\,;";
  std::string out;
  out.reserve(value.size());
  for (std::size_t i = 0; i < value.size(); ++i) {
    out += value[i];
    if (value[i] != '\\') continue;
    const bool is_pair = i + 1 < value.size() && escaped.contains(value[i + 1]);
    out += is_pair ? value[++i] : '\\';
  }
  return out;
}

/// Returns a value of 2.1 with the escapes of 3.0.
std::string escaped_value(const Line& line, std::string_view value) {
  const Escapes escapes = escapes_of(line);
  if (is_any(line, structured_names)) {
    return write_components(read_components(value, structure_of(line)));
  }
  if (is_any(line, list_names)) {
    return write_list(read_list(value, list_separator(line.version), escapes));
  }
  if (is_any(line, text_names)) return encode_text(decode_text(value, escapes));
  return escape_backslashes(value);
}

std::string value_of(const Line& line, const ParamMeaning& meaning) {
  const std::string value = utf8_value(line, meaning);
  if (is_any(line, uri_names)) return decode_text(value);
  return line.version == Version::v2_1 ? escaped_value(line, value) : value;
}

/// Reads the value of a line whose parameters say base64.
void read_base64(Property& property, const Line& line, const ParamMeaning& meaning) {
  if (!meaning.charset.empty()) {
    property.value = encode_text(text_of(line, meaning));
    return;
  }
  const auto bytes = decode_base64(line.value());
  property.is_base64 = bytes.has_value();
  property.value = bytes ? encode_base64(*bytes) : one_line(value_of(line, meaning));
}

void read_value(Property& property, const Line& line, const ParamMeaning& meaning) {
  if (is_any(line, media_names)) {
    Media media = media_of(line, meaning);
    const bool has_bytes = media.kind == Media::Kind::data || media.kind == Media::Kind::uri;
    if (has_bytes) {
      property.media = std::move(media);
      return;
    }
  }
  if (meaning.encoding == Encoding::base64) {
    read_base64(property, line, meaning);
  } else {
    property.value = one_line(value_of(line, meaning));
  }
}

/// Returns whether TYPE and the other members of `Property` stand for a parameter.
bool is_read(const Param& param) {
  if (param.is_bare) return true;
  if (param.value.empty() && is_known_type(param.name)) return true;  // `CELL=`
  return std::ranges::any_of(read_params, [&](const char* name) { return param.is(name); });
}

void read_params_of(Property& property, const Line& line) {
  const std::vector<Param> params = line.params();
  const ParamMeaning meaning = meaning_of(params);
  property.value_type = meaning.value;
  property.types = meaning.types;
  std::erase(property.types, "pref");
  property.pref = meaning.pref;
  if (!property.pref && meaning.has_type("pref")) property.pref = 1;
  for (const Param& param : params) {
    if (is_read(param)) continue;
    Parameter kept{.name = std::string(param.name), .values = param.values()};
    for (std::string& value : kept.values) value = repaired_utf8(value);
    property.params.push_back(std::move(kept));
  }
  for (std::string& type : property.types) type = repaired_utf8(type);
  read_value(property, line, meaning);
}

/// Returns the text of the nested cards that follow line `index`.
std::string nested_text(const Document& document, std::size_t index) {
  std::string text;
  for (std::size_t i = index + 1; i < document.size(); ++i) {
    const Line line = document.line(i);
    if (line.depth == 0 && line.kind != LineKind::blank) break;
    text += line.bytes;
  }
  return with_newlines(guessed_utf8(trimmed(text)));
}

bool is_kept(const Line& line) {
  return line.depth == 0 && line.kind == LineKind::property && !line.is("VERSION");
}

}  // namespace

Properties read_properties(const Document& document) {
  Properties properties;
  for (std::size_t i = 0; i < document.size(); ++i) {
    const Line line = document.line(i);
    if (!is_kept(line)) continue;
    Property& property = properties.emplace_back();
    property.group = line.group;
    property.name = line.name;
    read_params_of(property, line);
    if (line.is("AGENT") && trimmed(property.value).empty()) {
      property.value = encode_text(nested_text(document, i));
    }
  }
  return properties;
}

}  // namespace kith::vcard::conversion
