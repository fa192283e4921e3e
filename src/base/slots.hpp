#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/task.hpp"

namespace kith {

/// Lets a bounded number of coroutines work at once; a bounded number of others wait for their turn
/// in the order of their arrival.
///
/// REQUIRES: used on a single loop.
class Slots {
 public:
  Slots(std::size_t count, std::size_t waiting_max) : free_(count), waiting_max_(waiting_max) {}
  Slots(const Slots&) = delete;
  Slots& operator=(const Slots&) = delete;

  /// The right to work, returned on destruction. REQUIRES: the slots outlive it.
  class Slot {
   public:
    explicit Slot(Slots& slots) : slots_(&slots) {}
    Slot(Slot&& other) noexcept : slots_(std::exchange(other.slots_, nullptr)) {}
    Slot& operator=(Slot&&) = delete;
    ~Slot() {
      if (slots_) slots_->give_back();
    }

   private:
    Slots* slots_;
  };

  /// Waits for a slot, at most for `time_max`. Nullopt: too many wait already, or the time is over.
  Task<std::optional<Slot>> take(std::chrono::milliseconds time_max) {
    namespace asio = boost::asio;
    if (free_ > 0) {
      --free_;
      co_return Slot(*this);
    }
    if (waiting_.size() >= waiting_max_) co_return std::nullopt;
    Waiting self{*this, asio::steady_timer(co_await asio::this_coro::executor, time_max)};
    waiting_.push_back(&self);
    co_await self.timer.async_wait(asio::as_tuple(asio::use_awaitable));
    if (!self.is_served) co_return std::nullopt;
    co_return Slot(*this);
  }

 private:
  struct Waiting {
    Slots& slots;
    boost::asio::steady_timer timer;
    bool is_served = false;

    ~Waiting() { std::erase(slots.waiting_, this); }
  };

  void give_back() {
    if (waiting_.empty()) {
      ++free_;
      return;
    }
    Waiting& next = *waiting_.front();
    waiting_.pop_front();
    next.is_served = true;
    next.timer.cancel();
  }

  std::size_t free_;
  std::size_t waiting_max_;
  std::deque<Waiting*> waiting_;
};

}  // namespace kith
