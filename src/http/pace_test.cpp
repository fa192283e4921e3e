#include "http/pace.hpp"

#include <optional>

#include <gtest/gtest.h>

namespace kith::http {

namespace {

using namespace std::chrono_literals;

constexpr auto tick = 100ms;

/// Returns when a client that transfers `total` bytes at `bytes_per_second` is disconnected, in
/// simulated time; nothing if it completes.
std::optional<std::chrono::milliseconds> cut_after(std::size_t bytes_per_second,
                                                   std::size_t total) {
  const Pace::Clock::time_point begin{1h};
  const Pace pace(begin);
  auto deadline = pace.deadline(begin, 0);
  std::size_t moved = 0;
  for (auto now = begin; moved < total; now += tick) {
    if (now >= deadline) return std::chrono::duration_cast<std::chrono::milliseconds>(now - begin);
    const auto due = static_cast<std::size_t>((now - begin) / tick) * bytes_per_second / 10;
    if (due > moved) {
      moved = due;
      deadline = pace.deadline(now, moved);
    }
  }
  return std::nullopt;
}

TEST(Pace, LetsSlowButSteadyClientsFinish) {
  constexpr std::size_t megabit = 1'000'000 / 8;
  EXPECT_FALSE(cut_after(megabit, 4'500'000)) << "a picture at 1 Mbit/s";
  EXPECT_FALSE(cut_after(limits::transfer_bytes_per_second_min, 8 * 1024 * 1024));
}

TEST(Pace, DisconnectsClientsBelowTheMinimum) {
  EXPECT_LE(cut_after(1, 1'000'000), limits::transfer_grace + tick) << "a byte a second";
  const auto half = cut_after(limits::transfer_bytes_per_second_min / 2, 8 * 1024 * 1024);
  ASSERT_TRUE(half);
  EXPECT_GT(*half, limits::transfer_grace);
  EXPECT_LE(*half, 2 * limits::transfer_grace + tick);
}

TEST(Pace, DisconnectsSilentClientsAfterALongTransfer) {
  const Pace::Clock::time_point begin{1h};
  const Pace pace(begin);
  EXPECT_EQ(pace.deadline(begin + 5s, 1'000'000'000), begin + 5s + limits::transfer_silence_max);
  EXPECT_EQ(pace.deadline(begin, 0),
            begin + std::min<Pace::Clock::duration>(limits::transfer_silence_max,
                                                    limits::transfer_grace));
}

TEST(Pace, DoesNotOverflow) {
  const Pace::Clock::time_point begin{1h};
  EXPECT_EQ(Pace(begin).deadline(begin, std::size_t{1} << 40),
            begin + limits::transfer_silence_max);
}

}  // namespace

}  // namespace kith::http
