#pragma once

#include <string_view>

#include "http/request.hpp"

namespace kith::http {

/// The trace that a request belongs to: the trace-id of its `traceparent` (W3C Trace Context,
/// section 3.2), 32 hexadecimal digits. Empty when there is none, or the header is not one.
std::string_view trace_id(const Request& request);

}  // namespace kith::http
