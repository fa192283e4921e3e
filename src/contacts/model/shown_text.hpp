#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// Texts of cards as they are shown and compared. They are normalized like JSON input
/// (base/assign), so that a text which a client sends back unchanged equals the shown one.
namespace kith::contacts {

/// Texts of a card beyond this size are cut before they are derived from, notes excepted.
inline constexpr std::size_t shown_bytes_max = 16 * 1024;

/// Returns a text as a single line: `clean_line`d, without control characters (white space among
/// them is a blank), at most `chars_max` characters; 0: up to `shown_bytes_max`. REQUIRES: valid
/// UTF-8.
std::string shown_line(std::string_view text, std::size_t chars_max = 0);

/// Returns a text of several lines: `clean_lines`d, without control characters other than newline,
/// at most `chars_max` characters. REQUIRES: valid UTF-8.
std::string shown_lines(std::string_view text, std::size_t chars_max);

}  // namespace kith::contacts
