#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>

namespace kith {

/// Returns `interval` changed by up to a tenth at random, so that work that began together,
/// possibly on many instances, does not repeat in lockstep.
inline std::chrono::microseconds with_jitter(std::chrono::microseconds interval) {
  thread_local std::minstd_rand random{std::random_device{}()};
  const auto tenth = std::max<std::int64_t>(interval.count() / 10, 1);
  return interval + std::chrono::microseconds(
                        std::uniform_int_distribution<std::int64_t>(-tenth, tenth)(random));
}

}  // namespace kith
