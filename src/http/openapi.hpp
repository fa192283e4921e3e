#pragma once

#include <span>
#include <string>
#include <string_view>

#include "http/router.hpp"

namespace kith::http {

/// Returns the OpenAPI 3.1 document of `routes`, generated from the route tables and field lists.
/// Routes outside `/api/` and without a summary (pages) are left out.
std::string openapi_document(std::span<const Route> routes, std::string_view version);

}  // namespace kith::http
