#pragma once

#include <chrono>

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/limits.hpp"
#include "base/task.hpp"

namespace kith {

/// Divides CPU-bound work into turns of `limits::turn_time`, between which the event loop runs
/// other handlers. Several coroutines of a request share an object, and therefore its turns.
///
/// REQUIRES: used on a single loop.
class Turns {
 public:
  /// Returns whether the work must wait for `next`. Call this before each small part of the work.
  bool is_over() const { return Clock::now() >= end_; }

  /// Waits for the next turn.
  Task<void> next() {
    while (is_over()) {
      const int ended = number_;
      co_await boost::asio::post(co_await boost::asio::this_coro::executor,
                                 boost::asio::use_awaitable);
      if (number_ != ended) continue;  // another coroutine has begun, and perhaps used, a turn
      ++number_;
      end_ = Clock::now() + limits::turn_time;
    }
  }

 private:
  using Clock = std::chrono::steady_clock;

  Clock::time_point end_ = Clock::now() + limits::turn_time;
  int number_ = 0;
};

}  // namespace kith
