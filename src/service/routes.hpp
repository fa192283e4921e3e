#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "cache/health.hpp"
#include "http/router.hpp"
#include "store/store.hpp"

namespace kith::service {

/// The dependencies of the routes about the service itself (health, metrics, documents, pages) on a
/// loop.
struct Service {
  store::Store& store;
  http::Authenticator& authenticator;
  const std::string& openapi;            ///< the document, created once for all loops
  std::function<std::string()> metrics;  ///< returns the text of /metrics
  bool metrics_open;                     ///< whether /metrics answers callers who are not signed in
  const std::atomic<bool>& draining;
  const cache::Health* redis = nullptr;  ///< null: no Redis
};

/// Returns the route table of the service. REQUIRES: `service` outlives the router; null for a
/// table that is only described.
std::vector<http::Route> routes(Service* service);

}  // namespace kith::service
