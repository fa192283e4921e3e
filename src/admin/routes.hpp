#pragma once

#include <vector>

#include "accounts/api/routes.hpp"
#include "http/router.hpp"

namespace kith::admin {

/// Returns the administration routes for accounts and the audit log. REQUIRES: `services` outlives
/// the router; null if the table is only described (OpenAPI).
std::vector<http::Route> routes(accounts::Services* services);

}  // namespace kith::admin
