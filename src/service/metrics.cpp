#include "service/metrics.hpp"

#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include <prometheus/text_serializer.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/version.hpp"
#include "contacts/write/rederive.hpp"
#include "http/memory_share.hpp"
#include "service/metric_families.hpp"

namespace kith::service {

namespace {

using Families = std::vector<MetricFamily>;

void add_requests(Families& all, const MetricSources& sources) {
  MetricFamily requests =
      counters("kith_http_requests_total", "Responses by route and status class.");
  MetricFamily durations =
      histograms("kith_http_request_duration_seconds", "Time spent in handlers, by route.");
  for (std::size_t i = 0; i <= sources.routes.size(); ++i) {
    const std::string_view route = i < sources.routes.size() ? sources.routes[i].id : "unmatched";
    std::array<std::uint64_t, 6> by_class{};
    DurationSum sum;
    for (const LoopSources& loop : sources.loops) {
      const http::RouteStats& stats = loop.requests->all()[i];
      for (std::size_t j = 0; j < by_class.size(); ++j) by_class[j] += stats.by_class[j].get();
      sum.add(stats.durations);
    }
    for (std::size_t digit = 1; digit < by_class.size(); ++digit) {
      if (by_class[digit] == 0) continue;
      add_sample(requests, {{"route", route}, {"code", std::to_string(digit) + "xx"}},
                 static_cast<double>(by_class[digit]));
    }
    sum.add_to(durations, {{"route", route}});
  }
  all.push_back(std::move(requests));
  all.push_back(std::move(durations));
}

void add_large_bodies(Families& all) {
  MetricFamily bytes =
      gauges("kith_http_large_bytes", "Memory used by large request bodies and responses.");
  add_sample(bytes, {{"of", "requests"}}, static_cast<double>(http::BodyShare::taken()));
  add_sample(bytes, {{"of", "answers"}}, static_cast<double>(http::AnswerShare::taken()));
  all.push_back(std::move(bytes));
}

/// The sums of a lane over the stores of all loops.
struct LaneSum {
  std::uint64_t begun = 0;
  std::uint64_t ended = 0;
  std::uint64_t refused = 0;
  std::uint64_t broken = 0;
  std::uint64_t connected = 0;
  std::uint64_t disconnected = 0;
  DurationSum durations;

  void add(const store::LaneStats& lane) {
    for (const Count& bucket : lane.durations.buckets) ended += bucket.get();
    begun += lane.begun.get();  // read after `ended`, so that `ended` never exceeds it
    refused += lane.refused.get();
    broken += lane.broken.get();
    disconnected += lane.disconnected.get();
    connected += lane.connected.get();
    durations.add(lane.durations);
  }
};

void add_store(Families& all, const MetricSources& sources) {
  MetricFamily durations = histograms("kith_database_duration_seconds",
                                      "Duration of reads and writes, including queues.");
  MetricFamily pending =
      gauges("kith_database_pending", "Reads and writes that are queued or running.");
  MetricFamily failures = counters(
      "kith_database_failures_total",
      "Reads and writes that were refused (queue or disk full, deadline, no server) or broke.");
  MetricFamily open = gauges("kith_database_connections", "Open connections to PostgreSQL.");
  MetricFamily lost =
      counters("kith_database_disconnects_total", "Lost connections to PostgreSQL.");
  for (const auto& [name, lane] : {std::pair("point", &store::StoreStats::points),
                                   std::pair("scan", &store::StoreStats::scans),
                                   std::pair("write", &store::StoreStats::writes)}) {
    LaneSum sum;
    for (const LoopSources& loop : sources.loops) sum.add(loop.store->*lane);
    sum.durations.add_to(durations, {{"lane", name}});
    add_sample(pending, {{"lane", name}}, static_cast<double>(sum.begun - sum.ended));
    add_sample(failures, {{"lane", name}, {"kind", "refused"}}, static_cast<double>(sum.refused));
    add_sample(failures, {{"lane", name}, {"kind", "broken"}}, static_cast<double>(sum.broken));
    add_sample(open, {{"lane", name}}, static_cast<double>(sum.connected - sum.disconnected));
    add_sample(lost, {{"lane", name}}, static_cast<double>(sum.disconnected));
  }
  for (MetricFamily* each : {&durations, &pending, &failures}) all.push_back(std::move(*each));
  if (!sources.disk.sqlite_file.empty()) return;
  for (MetricFamily* each : {&open, &lost}) all.push_back(std::move(*each));
}

/// Adds no sample if the path does not exist.
void add_free_space(MetricFamily& family, std::string_view of, const std::string& path) {
  std::error_code none;
  const auto space = std::filesystem::space(path, none);
  if (!none) add_sample(family, {{"of", of}}, static_cast<double>(space.available));
}

/// Adds no samples for missing files.
void add_disk(Families& all, const DiskUse& disk) {
  MetricFamily free = gauges("kith_disk_free_bytes", "Free disk space, by the data stored there.");
  add_free_space(free, "data", disk.data_folder);
  if (!disk.backup_folder.empty()) add_free_space(free, "backups", disk.backup_folder);
  if (!disk.sqlite_file.empty()) add_free_space(free, "database", disk.sqlite_file);
  all.push_back(std::move(free));
  if (disk.sqlite_file.empty()) return;
  std::error_code none;
  MetricFamily files = gauges("kith_database_file_bytes", "Size of SQLite's files.");
  for (const auto& [name, end] : {std::pair("database", ""), std::pair("log", "-wal")}) {
    const auto size = std::filesystem::file_size(disk.sqlite_file + end, none);
    if (!none) add_sample(files, {{"file", name}}, static_cast<double>(size));
  }
  all.push_back(std::move(files));
}

void add_principals(Families& all, const MetricSources& sources) {
  MetricFamily family = counters("kith_principals_total", "Lookups of principals, by source.");
  for (const auto& [name, count] : {std::pair("memory", &accounts::PrincipalCounts::cached),
                                    std::pair("redis", &accounts::PrincipalCounts::shared),
                                    std::pair("database", &accounts::PrincipalCounts::read)}) {
    std::uint64_t sum = 0;
    for (const LoopSources& loop : sources.loops) sum += (loop.principals->*count).get();
    add_sample(family, {{"from", name}}, static_cast<double>(sum));
  }
  all.push_back(std::move(family));
}

void add_jobs(Families& all, const std::vector<const jobs::JobCounts*>& jobs) {
  MetricFamily family = counters("kith_job_runs_total", "Job runs on this instance, by result.");
  for (const jobs::JobCounts* counts : jobs) {
    for (const auto& [result, count] :
         {std::pair("succeeded", &counts->succeeded), std::pair("failed", &counts->failed)}) {
      add_sample(family, {{"name", counts->name}, {"result", result}},
                 static_cast<double>(count->load(std::memory_order_relaxed)));
    }
  }
  all.push_back(std::move(family));
}

double seconds_of(Time time) {
  return static_cast<double>(time.micros) / static_cast<double>(micros_per_second);
}

/// Uses the values that this instance read last, because metrics must work without the database.
void add_last_successes(Families& all, const std::vector<const jobs::JobCounts*>& jobs) {
  MetricFamily family = gauges("kith_job_last_success_timestamp_seconds",
                               "Last success of each job, on any instance.");
  for (const jobs::JobCounts* counts : jobs) {
    const Time at{counts->succeeded_at.load(std::memory_order_relaxed)};
    if (at.micros > 0) add_sample(family, {{"name", counts->name}}, seconds_of(at));
  }
  all.push_back(std::move(family));
}

void add_derived(Families& all) {
  const contacts::DerivedProgress progress = contacts::derived_progress();
  all.push_back(gauge("kith_contacts_outdated",
                      "Contacts with outdated sort or search columns, as this instance last "
                      "counted.",
                      static_cast<double>(progress.outdated)));
  all.push_back(counter("kith_contacts_recomputed_total",
                        "Contacts whose sort and search columns this instance has recomputed.",
                        static_cast<double>(progress.recomputed)));
}

void add_mails(Families& all, const mail::SenderCounts& mails) {
  all.push_back(gauge("kith_mail_queued", "Queued mails of all instances.",
                      mails.queued.load(std::memory_order_relaxed)));
  all.push_back(counter("kith_mail_sent_total", "Mails sent by this instance.",
                        static_cast<double>(mails.sent.load(std::memory_order_relaxed))));
  MetricFamily failures = counters("kith_mail_failures_total",
                                   "Failed attempts of this instance to send a mail, by reason.");
  for (std::size_t kind = 0; kind < mails.failures.size(); ++kind) {
    add_sample(failures, {{"kind", name_of(static_cast<mail::FailureKind>(kind))}},
               static_cast<double>(mails.failures[kind].load(std::memory_order_relaxed)));
  }
  all.push_back(std::move(failures));
}

void add_searches(Families& all, const contacts::SearchIndexes::Counts& searches) {
  all.push_back(gauge("kith_search_indexes", "Accounts with a search index in memory.",
                      static_cast<double>(searches.indexes)));
  all.push_back(gauge("kith_search_index_bytes", "Memory of the search indexes.",
                      static_cast<double>(searches.bytes)));
  all.push_back(counter("kith_search_loads_total",
                        "Search indexes that were loaded from the database.",
                        static_cast<double>(searches.loads)));
}

void add_connections(Families& all, const http::ConnectionCounts& connections) {
  all.push_back(gauge("kith_connections", "Open client connections.",
                      static_cast<double>(connections.open())));
  MetricFamily refused =
      counters("kith_connections_refused_total",
               "Connections closed at once because a limit was reached, by limit.");
  add_sample(refused, {{"limit", "address"}},
             static_cast<double>(connections.refused_by_address()));
  add_sample(refused, {{"limit", "process"}}, static_cast<double>(connections.refused_in_all()));
  all.push_back(std::move(refused));
}

void add_loops(Families& all, const LoopWatch& watch) {
  all.push_back(counter("kith_loop_holds_total",
                        "Handlers that held an event loop for 50 ms of CPU time or longer.",
                        static_cast<double>(watch.holds())));
  all.push_back(gauge("kith_loop_slowest_handler_seconds",
                      "CPU time of the slowest handler since the start, if at least 10 ms.",
                      std::chrono::duration<double>(watch.slowest()).count()));
}

/// Adds nothing without Redis.
void add_redis(Families& all, const cache::Health* health) {
  if (!health) return;
  all.push_back(gauge("kith_redis_up", "1 if all connections to Redis work, else 0.",
                      health->is_up() ? 1 : 0));
  all.push_back(
      counter("kith_redis_calls_total", "Calls to Redis.", static_cast<double>(health->calls())));
  all.push_back(counter("kith_redis_failures_total",
                        "Calls that Redis refused or did not answer in time.",
                        static_cast<double>(health->failures())));
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  constexpr double us_per_second = 1e6;
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / us_per_second;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::uint64_t size = 0;
  std::uint64_t resident = 0;
  statm >> size >> resident;
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

void add_process(Families& all, const DiskUse& disk) {
  MetricFamily build =
      gauges("kith_build_info", "Version, commit and database as labels; always 1.");
  add_sample(build,
             {{"version", version},
              {"commit", commit},
              {"database", disk.sqlite_file.empty() ? "postgresql" : "sqlite"}},
             1);
  all.push_back(std::move(build));
  all.push_back(counter("process_cpu_seconds_total", "User and system CPU time.", cpu_seconds()));
  all.push_back(gauge("process_resident_memory_bytes", "Resident memory.", resident_bytes()));
}

}  // namespace

std::string metrics_text(const MetricSources& sources) {
  Families all;
  add_requests(all, sources);
  add_store(all, sources);
  add_large_bodies(all);
  add_disk(all, sources.disk);
  add_principals(all, sources);
  add_jobs(all, sources.jobs);
  add_last_successes(all, sources.jobs);
  add_derived(all);
  add_mails(all, sources.mails);
  all.push_back(gauge("kith_passwords_queued", "Passwords queued for hashing.",
                      static_cast<double>(sources.passwords_queued)));
  all.push_back(counter("kith_passwords_hashed_total", "Passwords that were hashed or checked.",
                        static_cast<double>(sources.passwords_hashed)));
  all.push_back(counter("kith_rate_limited_total", "Requests refused by a rate limit.",
                        static_cast<double>(sources.rate_limited)));
  add_connections(all, sources.connections);
  add_loops(all, sources.watch);
  add_searches(all, sources.searches);
  add_redis(all, sources.redis);
  if (sources.tls) {
    all.push_back(gauge("kith_tls_certificate_expiry_timestamp_seconds",
                        "Expiry of the TLS certificate.", seconds_of(sources.tls->expires_at())));
  }
  add_process(all, sources.disk);
  return prometheus::TextSerializer().Serialize(all);
}

}  // namespace kith::service
