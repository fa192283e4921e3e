#pragma once

#include <array>
#include <span>
#include <vector>

#include "base/stats.hpp"

namespace kith::http {

/// The statistics of one route on one event loop.
struct RouteStats {
  std::array<Count, 6> by_class;  ///< responses by the first digit of the status; 0 is unused
  Durations durations;

  void add(int status, double ms) {
    by_class[static_cast<std::size_t>(status / 100)].add(1);
    durations.add(std::chrono::duration<double, std::milli>(ms));
  }
};

/// The statistics of one event loop, by the index of the route in the table; the last entry counts
/// unmatched requests.
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
