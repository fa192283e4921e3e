#pragma once

#include <string_view>

#include "base/result.hpp"
#include "http/handler.hpp"

namespace kith::http {

/// A picture, sent as the body or as the only file of a form. `Content-Type` must be an accepted
/// type but is not trusted; the format is detected from the bytes.
struct Upload {
  std::string_view bytes;  ///< view of `Request::body`, valid until the handler returns
};

/// Extracts the upload from the body. Errors: `unsupported_media_type`; `malformed` for an invalid
/// form.
template <>
struct Extract<Upload> {
  static Result<Upload> from(Exchange& exchange);
};

/// The upload is read from the body.
template <>
inline constexpr bool reads_body<Upload> = true;

/// Describes the body both as raw bytes and as a form.
template <>
struct DescribeArgument<Upload> {
  static void to(EndpointDoc& doc);
};

}  // namespace kith::http
