#pragma once

#include <exception>
#include <functional>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/task.hpp"

namespace kith::store {

/// Resumes a coroutine that waits for another thread. REQUIRES: called on the coroutine's loop.
template <class T>
using Completion = std::move_only_function<void(std::exception_ptr, T)>;

/// Suspends until the completion passed to `start` is called. Keeps `loop` running meanwhile.
template <class T, class Start>
Task<T> wait_for(boost::asio::any_io_executor loop, Start start) {
  namespace asio = boost::asio;
  const auto token = asio::use_awaitable;
  co_return co_await asio::async_initiate<decltype(asio::use_awaitable),
                                          void(std::exception_ptr, T)>(
      [&loop, &start](auto handler) {
        start(Completion<T>([handler = std::move(handler), guard = asio::make_work_guard(loop)](
                                std::exception_ptr error, T value) mutable {
          std::move(handler)(error, std::move(value));
        }));
      },
      token);
}

}  // namespace kith::store
