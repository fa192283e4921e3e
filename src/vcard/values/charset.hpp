#pragma once

#include <string>
#include <string_view>

namespace kith::vcard {

/// Returns whether `to_utf8` knows a charset: UTF-8, US-ASCII, ISO-8859-x, Windows-125x, KOI8-R and
/// -U, and the multi-byte ones of Japan, China, Korea and Taiwan.
bool is_known_charset(std::string_view charset);

/// Returns bytes of a charset, named as in the parameter CHARSET, as valid UTF-8. Bytes that the
/// charset does not have become U+FFFD, or those of UTF-8 their characters in Windows-1252. For
/// unknown charsets like `guessed_utf8`. Throws std::runtime_error if ICU fails.
std::string to_utf8(std::string_view bytes, std::string_view charset);

/// Returns the bytes as valid UTF-8: each invalid byte becomes its character in Windows-1252.
std::string repaired_utf8(std::string_view bytes);

/// Returns bytes of an unknown charset (vCard 2.1) as valid UTF-8: as they are if they are valid,
/// otherwise read as Windows-1252.
std::string guessed_utf8(std::string_view bytes);

}  // namespace kith::vcard
