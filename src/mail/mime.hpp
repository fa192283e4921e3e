#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// Encodes any text for a mail as ASCII in short lines.
namespace kith::mail {

/// The maximum length of header lines (RFC 5322, section 2.1.1; 998 is the hard limit).
inline constexpr std::size_t header_line_bytes_max = 78;

/// Returns `text` as one line of valid UTF-8: control characters become blanks, invalid bytes
/// become question marks.
std::string one_line(std::string_view text);

/// Appends `name: value` and CRLF. The value is made a single line first, so that it cannot end the
/// header or begin another; values that are not ASCII or too long become encoded words (RFC 2047).
void append_header(std::string& out, std::string_view name, std::string_view value);

/// Returns `text` as encoded words (RFC 2047), each on its own line of the header.
std::string encoded_words(std::string_view text);

/// Returns a display name for use before an address (RFC 5322, section 3.2.5): unchanged, in
/// quotes, or as encoded words.
std::string phrase(std::string_view name);

/// The encoding of a text in a part (RFC 2045, section 6).
enum class Encoding : std::uint8_t { seven_bit, eight_bit, quoted_printable };

/// Returns the names of the encodings in Content-Transfer-Encoding.
constexpr std::array<std::string_view, 3> names_of(Encoding) {
  return {"7bit", "8bit", "quoted-printable"};
}

/// Returns the encoding that leaves `text` unchanged where possible, so that links stay intact when
/// the message is read as a file. For that, lines must fit into `limits::mail_line_bytes_max`,
/// contain no control characters but tabs, and not begin with `From `, which mail stores change.
/// Non-ASCII characters need `takes_8bit`.
Encoding encoding_of(std::string_view text, bool takes_8bit);

/// Appends `text` in `encoding`. Every line ends in CRLF.
void append_text(std::string& out, std::string_view text, Encoding encoding);

/// Appends `text` as quoted-printable (RFC 2045, section 6.7): lines of at most 76 characters, each
/// ending in CRLF.
void append_quoted_printable(std::string& out, std::string_view text);

}  // namespace kith::mail
