#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <string>
#include <utility>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/result.hpp"
#include "base/task.hpp"

namespace kith {

/// Threads for work that would block a loop (hashing, blocking libraries), behind a bounded queue:
/// a flood of requests gets 503 and does not exhaust memory or delay other requests.
class Workers {
 public:
  /// `busy` is the error detail when the queue is full.
  Workers(std::size_t threads, std::size_t queue_max, std::string busy)
      : queue_max_(queue_max), busy_(std::move(busy)), pool_(threads) {}
  /// Finishes the queued work.
  ~Workers() { pool_.join(); }
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  /// Runs `work` on one of the threads and returns its result; its exceptions are rethrown. Errors:
  /// `unavailable` when the queue is full.
  template <class T>
  Task<Result<T>> run(std::move_only_function<T()> work) {
    namespace asio = boost::asio;
    if (queued_.fetch_add(1, std::memory_order_relaxed) >= queue_max_) {
      queued_.fetch_sub(1, std::memory_order_relaxed);
      co_return refuse(Errc::unavailable, busy_);
    }
    // `work` lives in this coroutine frame, which stays until the thread has finished.
    auto start = [this, &work](auto handler) {
      auto loop = asio::make_work_guard(asio::get_associated_executor(handler));
      asio::post(
          pool_, [this, &work, loop = std::move(loop), handler = std::move(handler)]() mutable {
            std::exception_ptr error;
            T value{};
            try {
              value = work();
            } catch (...) {
              error = std::current_exception();
            }
            queued_.fetch_sub(1, std::memory_order_relaxed);
            ended_.fetch_add(1, std::memory_order_relaxed);
            asio::post(loop.get_executor(),
                       [handler = std::move(handler), error, value = std::move(value)]() mutable {
                         std::move(handler)(error, std::move(value));
                       });
          });
    };
    co_return co_await asio::async_initiate<decltype(asio::use_awaitable),
                                            void(std::exception_ptr, T)>(start,
                                                                         asio::use_awaitable);
  }

  /// Returns the number of items queued or in progress.
  std::size_t queued() const { return queued_.load(std::memory_order_relaxed); }

  /// Returns the number of finished items.
  std::uint64_t ended() const { return ended_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::size_t> queued_ = 0;
  std::atomic<std::uint64_t> ended_ = 0;
  std::size_t queue_max_;
  std::string busy_;
  boost::asio::thread_pool pool_;
};

}  // namespace kith
