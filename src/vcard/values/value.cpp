#include "vcard/values/value.hpp"

#include <algorithm>
#include <array>

#include "vcard/values/base64.hpp"
#include "vcard/values/charset.hpp"
#include "vcard/values/quoted_printable.hpp"

namespace kith::vcard {

namespace {

std::string in_utf8(std::string_view bytes, const Line& line, std::string_view charset) {
  std::string text;
  if (!charset.empty()) {
    text = to_utf8(bytes, charset);
  } else {
    text = line.version == Version::v2_1 ? guessed_utf8(bytes) : repaired_utf8(bytes);
  }
  std::erase(text, '\0');
  return text;
}

}  // namespace

Escapes escapes_of(const Line& line) {
  if (line.version != Version::v2_1) return Escapes::backslash;
  constexpr std::array names{"N", "ADR", "ORG", "NOTE", "CATEGORIES", "NICKNAME"};
  const bool escapes = std::ranges::any_of(names, [&](auto name) { return line.is(name); });
  return escapes ? Escapes::backslash : Escapes::none;
}

Structure structure_of(const Line& line) {
  return {.escapes = escapes_of(line), .has_lists = line.version != Version::v2_1};
}

char list_separator(Version version) { return version == Version::v2_1 ? ';' : ','; }

std::string utf8_value(const Line& line, const ParamMeaning& meaning) {
  std::string value = line.value();
  if (meaning.encoding == Encoding::quoted_printable) value = decode_quoted_printable(value);
  return in_utf8(value, line, meaning.charset);
}

std::string text_of(const Line& line, const ParamMeaning& meaning) {
  if (meaning.encoding == Encoding::base64 && !meaning.charset.empty()) {
    if (const auto bytes = decode_base64(line.value())) {
      return with_newlines(in_utf8(*bytes, line, meaning.charset));
    }
  }
  return decode_text(utf8_value(line, meaning), escapes_of(line));
}

std::string text_of(const Line& line) { return text_of(line, meaning_of(line.params())); }

std::vector<Component> components_of(const Line& line) {
  return read_components(utf8_value(line, meaning_of(line.params())), structure_of(line));
}

std::vector<std::string> list_of(const Line& line) {
  return read_list(utf8_value(line, meaning_of(line.params())), list_separator(line.version),
                   escapes_of(line));
}

}  // namespace kith::vcard
