#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>

namespace kith::cache {

/// Tracks whether all of this process's connections to Redis are up, and counts events. Logs each
/// change once. Thread-safe.
class Health {
 public:
  /// `place` appears in the log.
  explicit Health(std::string place) : place_(std::move(place)) {}

  /// Adds a connection that is not up yet.
  void add();

  /// Notes that a connection is up.
  void note_up();

  /// Notes that a connection was lost, or could not be made.
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
