#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

#include "base/limits.hpp"

namespace kith::http {

/// Computes deadlines for a client that sends a body or reads a response: at most
/// `transfer_silence_max` without progress, and at most `transfer_grace` plus the time that the
/// bytes so far take at `transfer_bytes_per_second_min`. A slow but steady client is never
/// disconnected; a client that sends a byte per second is disconnected after the grace period.
class Pace {
 public:
  using Clock = std::chrono::steady_clock;

  explicit Pace(Clock::time_point begin) : begin_(begin) {}

  /// Returns the deadline for further progress if `bytes` in total were transferred by `now`.
  Clock::time_point deadline(Clock::time_point now, std::size_t bytes) const {
    using std::chrono::microseconds;
    constexpr std::size_t micros_per_second = 1'000'000;
    const microseconds earned(static_cast<microseconds::rep>(
        bytes * micros_per_second / limits::transfer_bytes_per_second_min));
    return std::min<Clock::time_point>(now + limits::transfer_silence_max,
                                       begin_ + limits::transfer_grace + earned);
  }

  /// Leaves out time in which the client had nothing to send or to take.
  void pause(Clock::duration time) { begin_ += time; }

 private:
  Clock::time_point begin_;
};

}  // namespace kith::http
