#pragma once

#include <chrono>
#include <functional>

#include <boost/intrusive/list.hpp>

namespace kith::http {

/// The deadline of one connection. The destructor removes it from the sweep.
class Deadline : public boost::intrusive::list_base_hook<
                     boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  using Clock = std::chrono::steady_clock;

  /// `expire` runs at every sweep after the deadline and must cancel the pending operation of the
  /// connection. (It is called repeatedly because a single call may find no operation pending.)
  explicit Deadline(std::function<void()> expire) : expire_(std::move(expire)) {}

  /// Sets the deadline relative to now.
  void set(Clock::duration from_now) {
    at_ = Clock::now() + from_now;
    expired_ = false;
  }

  /// Sets the deadline to a point in time.
  void set_until(Clock::time_point at) {
    at_ = at;
    expired_ = false;
  }

  /// Removes the deadline.
  void clear() { at_ = Clock::time_point::max(); }

  bool expired() const { return expired_; }

 private:
  friend class Deadlines;
  std::function<void()> expire_;
  Clock::time_point at_ = Clock::time_point::max();
  bool expired_ = false;
};

/// All deadlines of one event loop, checked together every `limits::sweep_interval`: a timer per
/// read and write would cost more than the read or write itself.
class Deadlines {
 public:
  void add(Deadline& deadline) { all_.push_back(deadline); }

  /// Expires all deadlines that have passed.
  void sweep() {
    const auto now = Deadline::Clock::now();
    for (auto each = all_.begin(); each != all_.end();) {
      Deadline& deadline = *each++;
      if (deadline.at_ > now) continue;
      deadline.expired_ = true;
      deadline.expire_();
    }
  }

 private:
  boost::intrusive::list<Deadline, boost::intrusive::constant_time_size<false>> all_;
};

}  // namespace kith::http
