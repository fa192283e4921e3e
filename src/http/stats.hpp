#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <span>
#include <vector>

namespace kith::http {

/// A count that one thread raises and others read: no locked instruction.
class Count {
 public:
  void add(std::uint64_t by) {
    value_.store(value_.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
  }
  std::uint64_t get() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_ = 0;
};

/// What is counted of one route on one loop.
struct RouteStats {
  /// Upper bounds of the duration buckets in microseconds; the last bucket has none.
  static constexpr std::array<std::uint64_t, 10> bounds_us{
      100, 250, 500, 1'000, 2'500, 10'000, 50'000, 250'000, 1'000'000, 5'000'000};

  std::array<Count, 6> by_class;  ///< answers by the first digit of the status; 0 is not used
  std::array<Count, bounds_us.size() + 1> by_duration;
  Count total_us;

  void add(int status, double ms);
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
