#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

/// Conversions between UTF-8 and ICU that the text functions share.
namespace kith::icu_text {

/// Throws if ICU failed: its data is missing, or memory is exhausted.
inline void check(UErrorCode status) {
  if (U_FAILURE(status)) throw std::runtime_error(std::string("ICU: ") + u_errorName(status));
}

/// Returns a normalizer of ICU, which lives as long as the process.
inline const icu::Normalizer2& normalizer(const icu::Normalizer2* (*instance)(UErrorCode&)) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* found = instance(status);
  check(status);
  return *found;
}

/// Converts UTF-8 to UTF-16; invalid sequences become U+FFFD.
inline icu::UnicodeString to_unicode(std::string_view text) {
  return icu::UnicodeString::fromUTF8({text.data(), static_cast<int32_t>(text.size())});
}

/// Converts UTF-16 to UTF-8.
inline std::string to_utf8(const icu::UnicodeString& text) {
  std::string out;
  text.toUTF8String(out);
  return out;
}

/// Returns an ICU view of `text` without a copy. REQUIRES: `text` outlives the result.
inline icu::UnicodeString view(const std::u16string& text) {
  return {false, text.data(), static_cast<int32_t>(text.size())};
}

/// Calls `visit(code_point)` with each code point.
template <class Visit>
void for_each_char(const icu::UnicodeString& text, Visit&& visit) {
  const char16_t* units = text.getBuffer();
  for (int32_t i = 0; i < text.length();) {
    UChar32 c = 0;
    U16_NEXT(units, i, text.length(), c);
    visit(c);
  }
}

/// Calls `visit(code_point, its bytes)` with each code point of a UTF-8 text. Each invalid sequence
/// has a negative code point.
template <class Visit>
void for_each_char(std::string_view text, Visit&& visit) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  const auto size = static_cast<int32_t>(text.size());
  for (int32_t i = 0, begin = 0; i < size; begin = i) {
    UChar32 c = 0;
    U8_NEXT(bytes, i, size, c);
    visit(c, text.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(i - begin)));
  }
}

/// Returns whether `c` counts as a blank: Unicode White_Space, or the Braille pattern without dots
/// (U+2800), which looks like one.
inline bool is_white_space(UChar32 c) {
  constexpr UChar32 braille_blank = 0x2800;
  if (c < 0x80) return c == ' ' || (c >= '\t' && c <= '\r');
  return c == braille_blank || u_isUWhiteSpace(c) != 0;
}

/// Returns whether `c` is invisible: white space or Default_Ignorable_Code_Point, which includes
/// bidirectional controls and variation selectors.
inline bool is_invisible(UChar32 c) {
  return is_white_space(c) ||
         (c >= 0x80 && u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) != 0);
}

/// Appends a code point as UTF-16.
inline void append(std::u16string& out, UChar32 c) {
  if (c > 0xFFFF) {
    out.push_back(static_cast<char16_t>(U16_LEAD(c)));
    out.push_back(static_cast<char16_t>(U16_TRAIL(c)));
  } else {
    out.push_back(static_cast<char16_t>(c));
  }
}

}  // namespace kith::icu_text
