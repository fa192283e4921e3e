#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kith::vcard {

/// Decodes base64 (RFC 4648, sections 4 and 5) as cards have it: either alphabet, with white space
/// anywhere, padded or not, and with stray bits at the end. Returns nothing if it has other
/// characters, or text after the padding.
std::optional<std::string> decode_base64(std::string_view text);

/// Returns the bytes in base64 with padding, on one line.
std::string encode_base64(std::string_view bytes);

}  // namespace kith::vcard
