#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kith::crypto {

/// Appends `bytes` in base64url without padding (RFC 4648, section 5; RFC 7515, section 2).
void append_base64url(std::string& out, std::string_view bytes);

/// The bytes of base64url without padding. Only the one form that `append_base64url` writes is
/// read: no padding, no blanks, no stray bits, so that a text has one meaning and one spelling.
std::optional<std::string> decode_base64url(std::string_view text);

}  // namespace kith::crypto
