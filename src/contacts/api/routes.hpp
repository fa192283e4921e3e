#pragma once

#include <vector>

#include "contacts/api/contact_services.hpp"

namespace kith::contacts {

/// The route table of contacts. REQUIRES: `rest` outlives the router; null for a table
/// that is only described.
std::vector<http::Route> routes(Services* services);

}  // namespace kith::contacts
