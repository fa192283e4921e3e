#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include <prometheus/metric_family.h>

#include "base/stats.hpp"

namespace kith::service {

using prometheus::ClientMetric;
using prometheus::MetricFamily;

/// A label's name and value.
using Label = std::pair<std::string_view, std::string_view>;

/// Returns families without samples.
MetricFamily counters(std::string name, std::string help);
MetricFamily gauges(std::string name, std::string help);
MetricFamily histograms(std::string name, std::string help);

/// Returns families with a single sample without labels.
MetricFamily counter(std::string name, std::string help, double value);
MetricFamily gauge(std::string name, std::string help, double value);

/// Adds a sample to counters or gauges.
void add_sample(MetricFamily& family, std::initializer_list<Label> labels, double value);

/// The sum of the durations of several loops.
class DurationSum {
 public:
  void add(const Durations& durations);

  /// Adds the sum to histograms, unless it is empty.
  void add_to(MetricFamily& family, std::initializer_list<Label> labels) const;

 private:
  std::array<std::uint64_t, Durations::bounds_us.size() + 1> buckets_{};
  std::uint64_t total_us_ = 0;
};

}  // namespace kith::service
