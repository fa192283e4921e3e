#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"

namespace kith::http {

/// The media type of a DAV error.
inline constexpr std::string_view dav_error_type = "application/xml; charset=utf-8";

/// Appends `text` as XML character data (XML 1.0, section 2.4). Drops characters that XML 1.0
/// cannot represent (section 2.2: most control characters); escapes CR, which parsers would
/// otherwise turn into LF. REQUIRES: `text` is UTF-8.
void append_xml_text(std::string& out, std::string_view text);

/// Appends the body of a DAV error (RFC 4918, section 16): the condition of `error`, if any, and
/// its detail in an element of CalendarServer that clients know and skip. A credential without the
/// needed scope is `DAV:need-privileges` (RFC 3744, section 7.1.1).
void append_dav_error(std::string& out, const Error& error);

}  // namespace kith::http
