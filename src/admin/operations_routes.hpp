#pragma once

#include <vector>

#include "http/router.hpp"
#include "store/store.hpp"

namespace kith::admin {

/// What the routes of the mail queue and of periodic work use, for one loop.
struct Operations {
  store::Store& store;
};

/// The routes of the mail queue and of periodic work, for administrators. REQUIRES: `operations`
/// outlives the router; null for a table that is only described.
std::vector<http::Route> operations_routes(Operations* operations);

}  // namespace kith::admin
