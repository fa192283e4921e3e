#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>

namespace kith {

/// `interval`, a tenth more or less: so that what was begun together, on many instances perhaps,
/// does not come back all at once.
inline std::chrono::microseconds with_jitter(std::chrono::microseconds interval) {
  thread_local std::minstd_rand random{std::random_device{}()};
  const auto tenth = std::max<std::int64_t>(interval.count() / 10, 1);
  return interval + std::chrono::microseconds(
                        std::uniform_int_distribution<std::int64_t>(-tenth, tenth)(random));
}

}  // namespace kith
