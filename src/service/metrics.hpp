#pragma once

#include <span>
#include <string>
#include <vector>

#include "accounts/api/authenticator.hpp"
#include "cache/health.hpp"
#include "contacts/search/indexes.hpp"
#include "http/connection_counts.hpp"
#include "http/router.hpp"
#include "http/stats.hpp"
#include "http/tls.hpp"
#include "jobs/runner.hpp"
#include "mail/sender.hpp"
#include "service/loop_watch.hpp"
#include "store/stats.hpp"

namespace kith::service {

/// The counters of a loop.
struct LoopSources {
  const http::RequestStats* requests;
  const store::StoreStats* store;
  const accounts::PrincipalCounts* principals;
};

/// The locations of this instance's data.
struct DiskUse {
  std::string data_folder;
  std::string backup_folder;  ///< empty: no automatic backups
  std::string sqlite_file;    ///< empty: the database is PostgreSQL
};

/// The sources of the metrics.
struct MetricSources {
  DiskUse disk;
  std::span<const http::Route> routes;
  std::vector<LoopSources> loops;  ///< all with the same routes
  std::size_t passwords_queued = 0;
  std::uint64_t passwords_hashed = 0;
  std::uint64_t rate_limited = 0;
  const http::ConnectionCounts& connections;
  const LoopWatch& watch;
  contacts::SearchIndexes::Counts searches;
  std::vector<const jobs::JobCounts*> jobs;
  const mail::SenderCounts& mails;
  const http::Tls* tls = nullptr;        ///< null: no TLS
  const cache::Health* redis = nullptr;  ///< null: no Redis
};

/// Returns the metrics of all loops together in Prometheus' text format (version 0.0.4).
std::string metrics_text(const MetricSources& sources);

}  // namespace kith::service
