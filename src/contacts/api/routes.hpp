#pragma once

#include <vector>

#include "contacts/api/contact_services.hpp"

namespace kith::contacts {

/// Returns the routes of contacts. REQUIRES: `services` outlives the router; null if the table is
/// only described (OpenAPI).
std::vector<http::Route> routes(Services* services);

}  // namespace kith::contacts
