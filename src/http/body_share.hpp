#pragma once

#include <atomic>
#include <cstddef>
#include <mutex>
#include <unordered_map>

#include "base/ids.hpp"
#include "base/limits.hpp"

/// Budgets of memory that all connections of the process have together. Each share is given back
/// when it is destroyed or released. The budgets are safe to use on any thread; a share belongs to
/// one.
namespace kith::http {

/// The part of the memory for large request bodies (`limits::large_bodies_bytes_max`) that one body
/// takes until it has been handled. An account may hold at most half of what would be free without
/// it, so that no account, and no number of them, takes all of it.
class BodyShare {
 public:
  BodyShare() = default;
  ~BodyShare() { release(); }
  BodyShare(const BodyShare&) = delete;
  BodyShare& operator=(const BodyShare&) = delete;

  /// Names the account whose body it is. REQUIRES: nothing is taken.
  void set_owner(AccountId owner) { owner_ = owner; }

  /// Takes more, up to `bytes` in all. False, and no more is taken, when there is no room for it.
  bool grow_to(std::size_t bytes) {
    if (bytes <= bytes_) return true;
    const std::size_t more = bytes - bytes_;
    const std::lock_guard lock(mutex);
    const auto held = by_owner.find(owner_);
    const std::size_t owned = (held == by_owner.end() ? 0 : held->second) + more;
    if (all + more > limits::large_bodies_bytes_max) return false;
    if (owned > limits::large_bodies_bytes_max - (all + more)) return false;
    all += more;
    by_owner[owner_] = owned;
    bytes_ = bytes;
    return true;
  }

  void release() {
    if (bytes_ == 0) return;
    const std::lock_guard lock(mutex);
    all -= bytes_;
    const auto held = by_owner.find(owner_);
    held->second -= bytes_;
    if (held->second == 0) by_owner.erase(held);
    bytes_ = 0;
  }

  /// Returns what all bodies have taken together.
  static std::size_t taken() {
    const std::lock_guard lock(mutex);
    return all;
  }

 private:
  // Of the process. `by_owner` holds the accounts that have taken something.
  static inline std::mutex mutex;
  static inline std::size_t all = 0;
  static inline std::unordered_map<AccountId, std::size_t> by_owner;

  AccountId owner_;
  std::size_t bytes_ = 0;
};

/// The part of the memory for large answers (`limits::large_answers_bytes_max`) that one answer
/// takes until it has been sent.
class AnswerShare {
 public:
  AnswerShare() = default;
  ~AnswerShare() { release(); }
  AnswerShare(const AnswerShare&) = delete;
  AnswerShare& operator=(const AnswerShare&) = delete;

  /// Takes more, up to `bytes` in all. False, and no more is taken, when there is no room for it.
  bool grow_to(std::size_t bytes) {
    if (bytes <= bytes_) return true;
    const std::size_t more = bytes - bytes_;
    if (taken_.fetch_add(more, std::memory_order_relaxed) + more >
        limits::large_answers_bytes_max) {
      taken_.fetch_sub(more, std::memory_order_relaxed);
      return false;
    }
    bytes_ = bytes;
    return true;
  }

  /// Takes more where it cannot be refused: the memory is in use. Later answers are refused
  /// instead.
  void take(std::size_t bytes) {
    if (bytes <= bytes_) return;
    taken_.fetch_add(bytes - bytes_, std::memory_order_relaxed);
    bytes_ = bytes;
  }

  void release() {
    taken_.fetch_sub(bytes_, std::memory_order_relaxed);
    bytes_ = 0;
  }

  /// Whether `bytes` more could be taken now.
  static bool has_room(std::size_t bytes) {
    return taken_.load(std::memory_order_relaxed) + bytes <= limits::large_answers_bytes_max;
  }

  /// Returns what all answers have taken together.
  static std::size_t taken() { return taken_.load(std::memory_order_relaxed); }

 private:
  static inline std::atomic<std::size_t> taken_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace kith::http
