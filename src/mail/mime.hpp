#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// How texts travel in a mail: in ASCII, in short lines, whatever they hold.
namespace kith::mail {

/// Lines of a header are kept to this length (RFC 5322, section 2.1.1; 998 is the hard limit).
inline constexpr std::size_t header_line_bytes_max = 78;

/// `text` as one line of valid UTF-8: every control character has become a blank, every byte that
/// belongs to no character a question mark.
std::string one_line(std::string_view text);

/// Appends `name: value` and CRLF. The value is made one line first, so nothing in it can end the
/// header or begin another; what is not ASCII, or too long, becomes encoded words (RFC 2047).
void append_header(std::string& out, std::string_view name, std::string_view value);

/// `text` as encoded words (RFC 2047), each on a line of its own within the header.
std::string encoded_words(std::string_view text);

/// A display name before an address (RFC 5322, section 3.2.5): as it is, in quotes, or as encoded
/// words.
std::string phrase(std::string_view name);

/// How a text travels in a part (RFC 2045, section 6).
enum class Encoding : std::uint8_t { seven_bit, eight_bit, quoted_printable };

/// What Content-Transfer-Encoding calls each.
constexpr std::array<std::string_view, 3> names_of(Encoding) {
  return {"7bit", "8bit", "quoted-printable"};
}

/// The encoding that leaves `text` as it is where that is possible, so that no link in it is broken
/// where the message is read as a file: its lines must fit into `limits::mail_line_bytes_max`, hold
/// no control characters but tabs, and not begin with `From `, which mail stores change. Other
/// characters than ASCII need `takes_8bit`.
Encoding encoding_of(std::string_view text, bool takes_8bit);

/// Appends `text` in `encoding`; its lines end in CRLF, also the last one.
void append_text(std::string& out, std::string_view text, Encoding encoding);

/// Appends `text` as quoted-printable (RFC 2045, section 6.7): lines of at most 76 characters that
/// end in CRLF, also the last one.
void append_quoted_printable(std::string& out, std::string_view text);

}  // namespace kith::mail
