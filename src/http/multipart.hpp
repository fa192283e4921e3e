#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace kith::http {

/// The parameter `name` of a header value such as `form-data; name="file"` (RFC 9110, section
/// 5.6.6), unquoted; nothing where there is none or the value is not well-formed.
std::optional<std::string> parameter_of(std::string_view header, std::string_view name);

/// The bytes of the one file in a multipart/form-data body (RFC 7578). Fields without a file name
/// are skipped, as are a preamble and an epilogue (RFC 2046, section 5.1.1). One pass: no part
/// within a part, no transfer encoding of the file, at most `limits::form_parts_max` parts and
/// `limits::part_header_bytes_max` of headers for each. Errors: `malformed`, also when there is no
/// file or several. The view points into `body`, which the request keeps until it has been handled.
Result<std::string_view> only_file_of(std::string_view content_type, std::string_view body);

}  // namespace kith::http
