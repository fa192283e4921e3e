#pragma once

#include <vector>

#include "contacts/api/rest.hpp"

namespace kith::contacts {

/// The route table of contacts. REQUIRES: `rest` outlives the router; null for a table
/// that is only described.
std::vector<http::Route> routes(Rest* rest);

}  // namespace kith::contacts
