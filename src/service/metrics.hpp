#pragma once

#include <span>
#include <string>
#include <vector>

#include "accounts/authenticator.hpp"
#include "app/jobs.hpp"
#include "app/loop_watch.hpp"
#include "app/settings.hpp"
#include "cache/redis/health.hpp"
#include "contacts/search/indexes.hpp"
#include "http/connection_counts.hpp"
#include "http/router.hpp"
#include "http/stats.hpp"
#include "http/tls.hpp"
#include "mail/sender.hpp"
#include "store/stats.hpp"

namespace kith::app {

/// What one loop counts.
struct LoopSources {
  const http::RequestStats* requests;
  const store::StoreStats* store;
  const accounts::PrincipalCounts* principals;
};

/// Where the numbers come from.
struct MetricSources {
  const Settings& settings;
  std::span<const http::Route> routes;
  std::vector<LoopSources> loops;  ///< of the same routes
  std::size_t passwords_queued = 0;
  std::uint64_t passwords_hashed = 0;
  std::uint64_t rate_limited = 0;
  const http::ConnectionCounts& connections;
  const LoopWatch& watch;
  contacts::SearchIndexes::Counts searches;
  std::vector<const JobCounts*> jobs;
  const mail::SenderCounts& mails;
  const http::Tls* tls = nullptr;               ///< null: there is none
  const cache::redis::Health* redis = nullptr;  ///< null: there is none
};

/// The metrics of all loops together in Prometheus' text format (version 0.0.4).
std::string metrics_text(const MetricSources& sources);

}  // namespace kith::app
