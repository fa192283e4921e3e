#pragma once

#include <string_view>

#include "http/request.hpp"

namespace kith::http {

/// Returns the trace-id in `traceparent` (W3C Trace Context, section 3.2), 32 hexadecimal digits.
/// Empty if the header is absent or invalid.
std::string_view trace_id(const Request& request);

}  // namespace kith::http
