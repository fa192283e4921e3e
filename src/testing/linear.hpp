#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>
#include <linux/perf_event.h>
#include <malloc.h>
#include <sys/syscall.h>
#include <unistd.h>

/// Measures how the cost of a parser grows with its input, for tests that no parser is worse than
/// linear.
namespace kith::test {

/// Measures the cost of this thread: user-mode instructions if the kernel counts them, else
/// nanoseconds of CPU time.
class CostMeter {
 public:
  CostMeter() {
    perf_event_attr wanted{};
    wanted.type = PERF_TYPE_HARDWARE;
    wanted.size = sizeof wanted;
    wanted.config = PERF_COUNT_HW_INSTRUCTIONS;
    wanted.exclude_kernel = 1;
    wanted.exclude_hv = 1;
    counter_ = static_cast<int>(::syscall(SYS_perf_event_open, &wanted, 0, -1, -1, 0));
  }
  ~CostMeter() {
    if (counter_ >= 0) ::close(counter_);
  }
  CostMeter(const CostMeter&) = delete;
  CostMeter& operator=(const CostMeter&) = delete;

  bool counts_instructions() const { return counter_ >= 0; }

  std::int64_t now() const {
    std::int64_t count = 0;
    if (counter_ >= 0 && ::read(counter_, &count, sizeof count) == sizeof count) return count;
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return time.tv_sec * 1'000'000'000 + time.tv_nsec;
  }

 private:
  int counter_ = -1;
};

/// A parser with an input generator for any size.
struct Parser {
  std::string_view name;
  std::size_t bytes;                             ///< the smaller input size
  std::function<std::string(std::size_t)> make;  ///< makes an input of about this size
  std::function<void(const std::string&)> run;
};

/// The costs of two input sizes.
struct Growth {
  double cost = 0;         ///< of the smaller input
  double cost_double = 0;  ///< of the doubled input
  double ratio() const { return cost_double / cost; }
};

/// Maximum cost ratio of an input of twice the size; 4 would be quadratic.
inline constexpr double growth_max = 2.5;

/// Cost of a byte that is always accepted; quadratic functions cost hundreds of times as much at
/// these sizes. Without it an allocator that maps large blocks (as in sanitizer builds) would make
/// cheap functions fail.
inline constexpr double byte_cost_max = 20;

/// Returns the minimum costs of many runs. Other processes can only increase the cost of a run (by
/// evicting caches), so the minimum for each size approaches the true cost. Runs are repeated until
/// the ratio is within `growth_max`, up to a fixed number of rounds.
inline Growth growth_of(const Parser& parser) {
  constexpr int rounds_min = 3;
  constexpr int rounds_max = 60;
  constexpr std::int64_t cost_max = 5'000'000'000;  // beyond it, a few rounds must suffice
  constexpr std::int64_t measurable = 200'000;      // far above the cost of reading the meter
  // Keeps freed memory; otherwise large blocks would be mapped again in each run.
  ::mallopt(M_MMAP_THRESHOLD, 1 << 30);
  ::mallopt(M_TRIM_THRESHOLD, 1 << 30);
  const CostMeter meter;
  const std::int64_t begin = meter.now();
  const std::string once = parser.make(parser.bytes);
  const std::string twice = parser.make(2 * parser.bytes);
  const auto cost_of = [&](const std::string& input, int runs) {
    const std::int64_t before = meter.now();
    for (int i = 0; i < runs; ++i) parser.run(input);
    return meter.now() - before;
  };
  parser.run(twice);  // runs one-time initialization
  int runs = 1;
  while (runs < 1 << 20 && cost_of(once, runs) < measurable) runs *= 2;
  auto least = std::numeric_limits<std::int64_t>::max();
  auto least_double = least;
  for (int round = 1; round <= rounds_max; ++round) {
    least = std::min(least, cost_of(once, runs));
    least_double = std::min(least_double, cost_of(twice, runs));
    const bool is_linear =
        static_cast<double>(least_double) <= growth_max * static_cast<double>(least);
    const bool is_slow = meter.now() - begin > cost_max;
    if (round >= rounds_min && (is_linear || is_slow)) break;
  }
  return {static_cast<double>(least) / runs, static_cast<double>(least_double) / runs};
}

/// Returns `unit` repeated to at least `bytes` bytes.
inline std::string repeated(std::string_view unit, std::size_t bytes) {
  std::string out;
  out.reserve(bytes + unit.size());
  do out += unit;
  while (out.size() < bytes);
  return out;
}

/// Returns a generator of inputs: `before`, repetitions of `unit`, and `after`.
inline std::function<std::string(std::size_t)> filled(std::string before, std::string unit,
                                                      std::string after = {}) {
  return [before = std::move(before), unit = std::move(unit), after = std::move(after)](
             std::size_t bytes) { return before + repeated(unit, bytes) + after; };
}

/// Expects that `parser` is linear, and prints its row of the result table.
inline void expect_linear(const Parser& parser) {
  const Growth growth = growth_of(parser);
  std::printf("%-48s %8zu B %12.0f -> %12.0f  x%.2f\n", std::string(parser.name).c_str(),
              parser.bytes, growth.cost, growth.cost_double, growth.ratio());
  std::fflush(stdout);
  const bool is_cheap = growth.cost_double <= byte_cost_max * 2 * static_cast<double>(parser.bytes);
  EXPECT_TRUE(growth.ratio() <= growth_max || is_cheap) << parser.name << ": " << growth.ratio();
}

}  // namespace kith::test
