#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace kith::http {

/// Returns the parameter `name` of a header value like `form-data; name="file"` (RFC 9110, section
/// 5.6.6), unquoted; nullopt if it is missing or the value is malformed.
std::optional<std::string> parameter_of(std::string_view header, std::string_view name);

/// Returns the bytes of the only file in a multipart/form-data body (RFC 7578). Skips fields
/// without a file name, a preamble and an epilogue (RFC 2046, section 5.1.1). Works in one pass: no
/// nested parts, no transfer encoding of the file, at most `limits::form_parts_max` parts and
/// `limits::part_header_bytes_max` of headers for each. Errors: `malformed`, also when there is no
/// file or more than one. The view points into `body`, which the request keeps until it has been
/// handled.
Result<std::string_view> only_file_of(std::string_view content_type, std::string_view body);

}  // namespace kith::http
