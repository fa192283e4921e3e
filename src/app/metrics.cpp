#include "app/metrics.hpp"

#include <fstream>
#include <limits>
#include <utility>

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>
#include <sys/resource.h>
#include <unistd.h>

namespace kith::app {

namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

constexpr double us_per_second = 1e6;

/// The statistics of one route, all loops added up.
struct Sum {
  std::array<std::uint64_t, 6> by_class{};
  std::array<std::uint64_t, http::RouteStats::bounds_us.size() + 1> by_duration{};
  std::uint64_t total_us = 0;

  void add(const http::RouteStats& stats) {
    for (std::size_t i = 0; i < by_class.size(); ++i) by_class[i] += stats.by_class[i].get();
    for (std::size_t i = 0; i < by_duration.size(); ++i) {
      by_duration[i] += stats.by_duration[i].get();
    }
    total_us += stats.total_us.get();
  }
};

ClientMetric labelled(std::string_view route) {
  ClientMetric metric;
  metric.label.push_back({"route", std::string(route)});
  return metric;
}

void add_counters(MetricFamily& family, std::string_view route, const Sum& sum) {
  for (std::size_t digit = 1; digit < sum.by_class.size(); ++digit) {
    if (sum.by_class[digit] == 0) continue;
    ClientMetric metric = labelled(route);
    metric.label.push_back({"code", std::to_string(digit) + "xx"});
    metric.counter.value = static_cast<double>(sum.by_class[digit]);
    family.metric.push_back(std::move(metric));
  }
}

void add_histogram(MetricFamily& family, std::string_view route, const Sum& sum) {
  const auto& bounds = http::RouteStats::bounds_us;
  ClientMetric metric = labelled(route);
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < sum.by_duration.size(); ++i) {
    count += sum.by_duration[i];
    const double bound = i < bounds.size() ? static_cast<double>(bounds[i]) / us_per_second
                                           : std::numeric_limits<double>::infinity();
    metric.histogram.bucket.push_back({count, bound});
  }
  if (count == 0) return;
  metric.histogram.sample_count = count;
  metric.histogram.sample_sum = static_cast<double>(sum.total_us) / us_per_second;
  family.metric.push_back(std::move(metric));
}

MetricFamily one(std::string name, std::string help, MetricType type, double value) {
  MetricFamily family{std::move(name), std::move(help), type, {}};
  ClientMetric metric;
  metric.counter.value = value;
  metric.gauge.value = value;
  family.metric.push_back(std::move(metric));
  return family;
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto micros = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / us_per_second;
  };
  return micros(usage.ru_utime) + micros(usage.ru_stime);
}

double resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::uint64_t size = 0;
  std::uint64_t resident = 0;
  statm >> size >> resident;
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

MetricFamily job_runs(const std::vector<const JobCounts*>& jobs) {
  MetricFamily family{
      "kith_job_runs_total", "Runs of periodic work on this instance.", MetricType::Counter, {}};
  for (const JobCounts* counts : jobs) {
    for (const auto& [result, count] :
         {std::pair("succeeded", &counts->succeeded), std::pair("failed", &counts->failed)}) {
      ClientMetric metric;
      metric.label = {{"name", std::string(counts->name)}, {"result", result}};
      metric.counter.value = static_cast<double>(count->load(std::memory_order_relaxed));
      family.metric.push_back(std::move(metric));
    }
  }
  return family;
}

MetricFamily mail_failures(const mail::SenderCounts& mails) {
  MetricFamily family{"kith_mail_failures_total",
                      "Tries of this instance to send a mail that failed, by reason.",
                      MetricType::Counter,
                      {}};
  for (std::size_t kind = 0; kind < mails.failures.size(); ++kind) {
    ClientMetric metric;
    metric.label.push_back({"kind", std::string(name_of(static_cast<mail::FailureKind>(kind)))});
    metric.counter.value =
        static_cast<double>(mails.failures[kind].load(std::memory_order_relaxed));
    family.metric.push_back(std::move(metric));
  }
  return family;
}

/// Nothing where there is no Redis.
std::vector<MetricFamily> redis_metrics(const cache::redis::Health* health) {
  if (!health) return {};
  return {one("kith_redis_up", "Whether all connections to Redis are good.", MetricType::Gauge,
              health->is_up() ? 1 : 0),
          one("kith_redis_calls_total", "Calls to Redis.", MetricType::Counter,
              static_cast<double>(health->calls())),
          one("kith_redis_failures_total", "Calls that Redis did not answer in time or refused.",
              MetricType::Counter, static_cast<double>(health->failures()))};
}

}  // namespace

std::string metrics_text(const MetricSources& sources) {
  MetricFamily requests{
      "kith_http_requests_total", "Answers by route and class of status.", MetricType::Counter, {}};
  MetricFamily durations{
      "kith_http_request_duration_seconds", "Time in the handler.", MetricType::Histogram, {}};
  for (std::size_t i = 0; i <= sources.routes.size(); ++i) {
    Sum sum;
    for (const http::RequestStats* loop : sources.loops) sum.add(loop->all()[i]);
    const std::string_view route = i < sources.routes.size() ? sources.routes[i].id : "unmatched";
    add_counters(requests, route, sum);
    add_histogram(durations, route, sum);
  }
  const auto refused = static_cast<double>(sources.rate_limited);
  const auto queued = static_cast<double>(sources.passwords_queued);
  const double mails_queued = sources.mails.queued.load(std::memory_order_relaxed);
  const auto mails_sent = static_cast<double>(sources.mails.sent.load(std::memory_order_relaxed));
  std::vector<MetricFamily> all{
      {requests, durations, job_runs(sources.jobs), mail_failures(sources.mails),
       one("kith_mail_queued", "Mails that wait to be sent, by any instance.", MetricType::Gauge,
           mails_queued),
       one("kith_mail_sent_total", "Mails sent by this instance.", MetricType::Counter, mails_sent),
       one("kith_passwords_queued", "Passwords that wait to be hashed.", MetricType::Gauge, queued),
       one("kith_rate_limited_total", "Requests over a rate limit.", MetricType::Counter, refused),
       one("kith_search_indexes", "Accounts whose contacts are held to be searched.",
           MetricType::Gauge, static_cast<double>(sources.searches.indexes)),
       one("kith_search_index_bytes", "What those take of the memory.", MetricType::Gauge,
           static_cast<double>(sources.searches.bytes)),
       one("kith_search_loads_total", "How often an account's contacts were read for that.",
           MetricType::Counter, static_cast<double>(sources.searches.loads)),
       one("process_cpu_seconds_total", "User and system time.", MetricType::Counter,
           cpu_seconds()),
       one("process_resident_memory_bytes", "Resident memory.", MetricType::Gauge,
           resident_bytes())}};
  for (MetricFamily& family : redis_metrics(sources.redis)) all.push_back(std::move(family));
  return prometheus::TextSerializer().Serialize(all);
}

}  // namespace kith::app
