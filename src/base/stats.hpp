#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>

namespace kith {

/// A counter that one thread increments and others read, without locked instructions. A reader that
/// sees an increment also sees the increments made before it.
class Count {
 public:
  void add(std::uint64_t by) {
    value_.store(value_.load(std::memory_order_relaxed) + by, std::memory_order_release);
  }
  std::uint64_t get() const { return value_.load(std::memory_order_acquire); }

 private:
  std::atomic<std::uint64_t> value_ = 0;
};

/// A histogram of durations that one thread adds to and others read.
struct Durations {
  /// Upper bounds of the buckets in microseconds; the last bucket has none.
  static constexpr std::array<std::uint64_t, 10> bounds_us{
      100, 250, 500, 1'000, 2'500, 10'000, 50'000, 250'000, 1'000'000, 5'000'000};

  std::array<Count, bounds_us.size() + 1> buckets;
  Count total_us;

  void add(std::chrono::duration<double> duration) {
    const auto us = static_cast<std::uint64_t>(std::max(duration.count(), 0.0) * 1e6);
    const auto bucket = std::ranges::lower_bound(bounds_us, us) - bounds_us.begin();
    buckets[static_cast<std::size_t>(bucket)].add(1);
    total_us.add(us);
  }
};

}  // namespace kith
