#pragma once

#include <cstdint>
#include <string>
#include <string_view>

/// Encodings of single values: raw values are as they stand in a card, after unfolding and, where a
/// line has them, after its transfer encoding and charset (`value.hpp`). All functions take linear
/// time.
namespace kith::vcard {

/// Whether backslashes escape characters in a raw value. In vCard 2.1 most properties have none.
enum class Escapes : std::uint8_t { none, backslash };

/// Returns the text of a raw value, with each line end as one newline. Reads the escapes of RFC
/// 6350, section 3.4 (`\\ \, \; \n \N`), and those that some programs write: `\:`, `\"`, and a
/// backslash before a line end. A backslash before any other character is text.
std::string decode_text(std::string_view raw, Escapes escapes = Escapes::backslash);

/// Returns the raw value of a text: escapes backslashes, commas, semicolons and line ends. Without
/// escapes line ends become CRLF, which the line then needs a transfer encoding for.
std::string encode_text(std::string_view text, Escapes escapes = Escapes::backslash);

/// Returns the text with each CRLF, CR and LF as one newline.
std::string with_newlines(std::string_view text);

}  // namespace kith::vcard
