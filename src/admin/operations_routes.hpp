#pragma once

#include <vector>

#include "http/router.hpp"
#include "store/store.hpp"

namespace kith::admin {

/// The services used by the mail queue and job routes of one event loop.
struct Operations {
  store::Store& store;
};

/// Returns the routes of the mail queue and the periodic jobs, for administrators. REQUIRES:
/// `operations` outlives the router; null if the table is only described (OpenAPI).
std::vector<http::Route> operations_routes(Operations* operations);

}  // namespace kith::admin
