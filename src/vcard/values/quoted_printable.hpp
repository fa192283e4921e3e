#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace kith::vcard {

/// Decodes quoted-printable (RFC 2045, section 6.7): `=XX` is a byte, `=` before a line end or at
/// the end is a soft break. Any other `=` is text.
std::string decode_quoted_printable(std::string_view text);

/// Where an encoded value stands.
struct QuotedPrintablePlace {
  std::size_t column = 0;  ///< bytes on the first line before the value: name and parameters
  std::string_view line_end = "\r\n";
};

/// Encodes in quoted-printable, with soft breaks so that no line has more than 76 columns. Line
/// ends are written as `=0D=0A`. Never divides a UTF-8 sequence.
std::string encode_quoted_printable(std::string_view bytes, const QuotedPrintablePlace& place);

}  // namespace kith::vcard
