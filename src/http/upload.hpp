#pragma once

#include <string_view>

#include "base/result.hpp"
#include "http/handler.hpp"

namespace kith::http {

/// A picture that is sent as it is, or as the one file of a form. What it really is only its bytes
/// tell: the header is checked for being one of a picture's, and believed in nothing.
struct Upload {
  std::string_view bytes;  ///< of `Request::body`: valid until the handler returns
};

/// Taken from the body. Errors: `unsupported_media_type`, `malformed` for a form that is none.
template <>
struct Extract<Upload> {
  static Result<Upload> from(Exchange& exchange);
};

/// The body is the upload.
template <>
inline constexpr bool reads_body<Upload> = true;

/// Shown as bytes and as a form.
template <>
struct DescribeArgument<Upload> {
  static void to(EndpointDoc& doc);
};

}  // namespace kith::http
