#pragma once

#include <array>
#include <span>
#include <vector>

#include "base/stats.hpp"

namespace kith::http {

/// What is counted of one route on one loop.
struct RouteStats {
  std::array<Count, 6> by_class;  ///< answers by the first digit of the status; 0 is not used
  Durations durations;

  void add(int status, double ms) {
    by_class[static_cast<std::size_t>(status / 100)].add(1);
    durations.add(std::chrono::duration<double, std::milli>(ms));
  }
};

/// The statistics of one loop, by the position of the route in the table; the last entry is for
/// requests that no route took.
class RequestStats {
 public:
  explicit RequestStats(std::size_t routes) : routes_(routes + 1) {}

  RouteStats& of(std::size_t route) { return routes_[route]; }
  RouteStats& of_unmatched() { return routes_.back(); }
  std::span<const RouteStats> all() const { return routes_; }

 private:
  std::vector<RouteStats> routes_;
};

}  // namespace kith::http
