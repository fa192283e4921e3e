#pragma once

#include <chrono>

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/limits.hpp"
#include "base/task.hpp"

namespace kith {

/// Divides work that waits for nothing into turns of `limits::turn_time`, between which the event
/// loop runs others. Several coroutines of one request share an object and so each turn.
///
/// REQUIRES: used on one loop alone.
class Turns {
 public:
  /// Whether the work must wait for `next`: to be asked before each small part of it.
  bool is_over() const { return Clock::now() >= end_; }

  /// Waits until there is time for another part.
  Task<void> next() {
    while (is_over()) {
      const int ended = number_;
      co_await boost::asio::post(co_await boost::asio::this_coro::executor,
                                 boost::asio::use_awaitable);
      if (number_ != ended) continue;  // another coroutine has begun, and perhaps used, a new turn
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
