#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>

namespace kith::cache {

/// Whether all connections of this process to Redis are good, and what they did. Says in the log
/// when that changes, once. May be used on any thread.
class Health {
 public:
  /// `place` is told in the log.
  explicit Health(std::string place) : place_(std::move(place)) {}

  /// One connection more, which is not up yet.
  void add();

  /// A connection that was not up is.
  void note_up();

  /// A connection that was up is not any more, or one could not be made.
  void note_down(const std::string& why, bool was_up);

  bool is_up() const { return up_.load(std::memory_order_relaxed); }

  void count_call() { calls_.fetch_add(1, std::memory_order_relaxed); }
  void count_failure() { failures_.fetch_add(1, std::memory_order_relaxed); }
  std::uint64_t calls() const { return calls_.load(std::memory_order_relaxed); }
  std::uint64_t failures() const { return failures_.load(std::memory_order_relaxed); }

 private:
  const std::string place_;
  std::mutex mutex_;
  int connections_ = 0;
  int good_ = 0;
  bool complained_ = false;
  std::atomic<bool> up_ = false;
  std::atomic<std::uint64_t> calls_ = 0;
  std::atomic<std::uint64_t> failures_ = 0;
};

}  // namespace kith::cache
