#include "vcard/values/charset.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>

#include <unicode/ucnv.h>

#include "base/icu.hpp"
#include "base/text.hpp"

namespace kith::vcard {

namespace {

/// The names of charsets in cards, without punctuation, and the converters of ICU. A converter is
/// never chosen by the text of a card alone: ICU has some whose output is unlike text.
struct Charset {
  std::string_view name;
  const char* converter;  ///< null: UTF-8
};

constexpr std::array charsets{
    Charset{"utf8", nullptr},
    Charset{"usascii", nullptr},
    Charset{"ascii", nullptr},
    Charset{"iso88591", "windows-1252"},  // as browsers read it (WHATWG Encoding)
    Charset{"latin1", "windows-1252"},
    Charset{"iso88592", "ISO-8859-2"},
    Charset{"iso88593", "ISO-8859-3"},
    Charset{"iso88594", "ISO-8859-4"},
    Charset{"iso88595", "ISO-8859-5"},
    Charset{"iso88596", "ISO-8859-6"},
    Charset{"iso88597", "ISO-8859-7"},
    Charset{"iso88598", "ISO-8859-8"},
    Charset{"iso88599", "windows-1254"},
    Charset{"iso885910", "ISO-8859-10"},
    Charset{"iso885911", "windows-874"},
    Charset{"iso885913", "ISO-8859-13"},
    Charset{"iso885914", "ISO-8859-14"},
    Charset{"iso885915", "ISO-8859-15"},
    Charset{"windows1250", "windows-1250"},
    Charset{"windows1251", "windows-1251"},
    Charset{"windows1252", "windows-1252"},
    Charset{"windows1253", "windows-1253"},
    Charset{"windows1254", "windows-1254"},
    Charset{"windows1255", "windows-1255"},
    Charset{"windows1256", "windows-1256"},
    Charset{"windows1257", "windows-1257"},
    Charset{"windows1258", "windows-1258"},
    Charset{"cp1250", "windows-1250"},
    Charset{"cp1251", "windows-1251"},
    Charset{"cp1252", "windows-1252"},
    Charset{"koi8r", "KOI8-R"},
    Charset{"koi8u", "KOI8-U"},
    Charset{"shiftjis", "ibm-943_P15A-2003"},
    Charset{"sjis", "ibm-943_P15A-2003"},
    Charset{"xsjis", "ibm-943_P15A-2003"},
    Charset{"windows31j", "ibm-943_P15A-2003"},
    Charset{"eucjp", "EUC-JP"},
    Charset{"iso2022jp", "ISO-2022-JP"},
    Charset{"gb2312", "GBK"},
    Charset{"gbk", "GBK"},
    Charset{"gb18030", "gb18030"},
    Charset{"big5", "Big5"},
    Charset{"euckr", "EUC-KR"},
};

/// Returns the table's row of a charset, or null.
const Charset* find_charset(std::string_view name) {
  std::string plain = ascii_lower(name);
  std::erase_if(plain, [](char c) { return std::string_view("-_: \"").contains(c); });
  const auto* found = std::ranges::find(charsets, plain, &Charset::name);
  return found == charsets.end() ? nullptr : found;
}

std::string converted(std::string_view bytes, const char* converter_name) {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<UConverter, decltype(&ucnv_close)> converter(
      ucnv_open(converter_name, &status), &ucnv_close);
  icu_text::check(status);
  const icu::UnicodeString text(bytes.data(), static_cast<int32_t>(bytes.size()), converter.get(),
                                status);
  icu_text::check(status);
  return icu_text::to_utf8(text);
}

/// Returns the characters of Windows-1252 from 0x80 to 0xFF.
std::array<std::string, 128> upper_half() {
  std::array<std::string, 128> out;
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = converted(std::string(1, static_cast<char>(0x80 + i)), "windows-1252");
  }
  return out;
}

}  // namespace

bool is_known_charset(std::string_view charset) { return find_charset(charset) != nullptr; }

std::string to_utf8(std::string_view bytes, std::string_view charset) {
  const Charset* found = find_charset(charset);
  if (found == nullptr) return guessed_utf8(bytes);
  return found->converter == nullptr ? repaired_utf8(bytes) : converted(bytes, found->converter);
}

std::string repaired_utf8(std::string_view bytes) {
  if (is_valid_utf8(bytes)) return std::string(bytes);
  static const std::array<std::string, 128> replacements = upper_half();
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 8);
  icu_text::for_each_char(bytes, [&](UChar32 c, std::string_view piece) {
    if (c >= 0) {
      out += piece;
      return;
    }
    for (const char byte : piece) out += replacements[static_cast<unsigned char>(byte) & 0x7F];
  });
  return out;
}

std::string guessed_utf8(std::string_view bytes) {
  return is_valid_utf8(bytes) ? std::string(bytes) : converted(bytes, "windows-1252");
}

}  // namespace kith::vcard
