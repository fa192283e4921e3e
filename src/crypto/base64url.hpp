#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kith::crypto {

/// Appends `bytes` in base64url without padding (RFC 4648, section 5; RFC 7515, section 2).
void append_base64url(std::string& out, std::string_view bytes);

/// Decodes base64url without padding. Accepts only the form that `append_base64url` writes: no
/// padding, no white space, no nonzero trailing bits, so that each value has exactly one encoding.
/// Returns nothing for other texts.
std::optional<std::string> decode_base64url(std::string_view text);

}  // namespace kith::crypto
