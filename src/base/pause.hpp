#pragma once

#include <chrono>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/task.hpp"

namespace kith {

/// Waits until `end` without blocking the loop; returns at once if `end` has passed.
inline Task<void> pause_until(std::chrono::steady_clock::time_point end) {
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, end);
  co_await timer.async_wait(boost::asio::use_awaitable);
}

}  // namespace kith
