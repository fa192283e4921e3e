#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "app/settings.hpp"
#include "cache/redis/health.hpp"
#include "http/router.hpp"
#include "store/store.hpp"

namespace kith::app {

/// What the routes about the service itself (health, metrics, documents, pages) work with, for one
/// loop.
struct Service {
  store::Store& store;
  http::Authenticator& authenticator;
  const std::string& openapi;            ///< the document, made once for all loops
  std::function<std::string()> metrics;  ///< the text of /metrics
  MetricsAccess metrics_access;
  const std::atomic<bool>& draining;
  const cache::redis::Health* redis = nullptr;  ///< null: there is none
};

/// The route table of the service. REQUIRES: `service` outlives the router; null for a
/// table that is only described.
std::vector<http::Route> routes(Service* service);

}  // namespace kith::app
