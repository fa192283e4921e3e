#pragma once

#include <optional>
#include <string>
#include <string_view>

/// Percent-encoding (RFC 3986, section 2.1).
namespace kith {

/// The size of a percent-escape: `%` and two hexadecimal digits.
inline constexpr std::size_t percent_escape_bytes = 3;

/// Returns the byte that the percent-escape at the start of `text` stands for; nothing if there is
/// no complete escape.
std::optional<char> percent_escaped(std::string_view text);

/// Decodes the percent-escapes of bytes that `accepts` returns true for, and leaves all else as it
/// is.
std::string percent_decoded(std::string_view text, bool (*accepts)(char byte));

}  // namespace kith
