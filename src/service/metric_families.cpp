#include "service/metric_families.hpp"

#include <limits>

namespace kith::service {

namespace {

using prometheus::MetricType;

constexpr double us_per_second = 1e6;

ClientMetric labelled(std::initializer_list<Label> labels) {
  ClientMetric metric;
  for (const auto& [name, value] : labels) {
    metric.label.push_back({std::string(name), std::string(value)});
  }
  return metric;
}

}  // namespace

MetricFamily counters(std::string name, std::string help) {
  return {std::move(name), std::move(help), MetricType::Counter, {}};
}

MetricFamily gauges(std::string name, std::string help) {
  return {std::move(name), std::move(help), MetricType::Gauge, {}};
}

MetricFamily histograms(std::string name, std::string help) {
  return {std::move(name), std::move(help), MetricType::Histogram, {}};
}

MetricFamily counter(std::string name, std::string help, double value) {
  MetricFamily family = counters(std::move(name), std::move(help));
  add_sample(family, {}, value);
  return family;
}

MetricFamily gauge(std::string name, std::string help, double value) {
  MetricFamily family = gauges(std::move(name), std::move(help));
  add_sample(family, {}, value);
  return family;
}

void add_sample(MetricFamily& family, std::initializer_list<Label> labels, double value) {
  ClientMetric metric = labelled(labels);
  metric.counter.value = value;
  metric.gauge.value = value;
  family.metric.push_back(std::move(metric));
}

void DurationSum::add(const Durations& durations) {
  for (std::size_t i = 0; i < buckets_.size(); ++i) buckets_[i] += durations.buckets[i].get();
  total_us_ += durations.total_us.get();
}

void DurationSum::add_to(MetricFamily& family, std::initializer_list<Label> labels) const {
  const auto& bounds = Durations::bounds_us;
  ClientMetric metric = labelled(labels);
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    count += buckets_[i];
    const double bound = i < bounds.size() ? static_cast<double>(bounds[i]) / us_per_second
                                           : std::numeric_limits<double>::infinity();
    metric.histogram.bucket.push_back({count, bound});
  }
  if (count == 0) return;
  metric.histogram.sample_count = count;
  metric.histogram.sample_sum = static_cast<double>(total_us_) / us_per_second;
  family.metric.push_back(std::move(metric));
}

}  // namespace kith::service
