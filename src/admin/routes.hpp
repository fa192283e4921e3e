#pragma once

#include <vector>

#include "accounts/api/routes.hpp"
#include "http/router.hpp"

namespace kith::admin {

/// What those do who run the server. REQUIRES: `rest` outlives the router; null for a table that is
/// only described.
std::vector<http::Route> routes(accounts::Services* services);

}  // namespace kith::admin
