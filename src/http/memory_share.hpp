#pragma once

#include <algorithm>
#include <cstddef>
#include <mutex>
#include <unordered_map>

#include "base/ids.hpp"
#include "base/limits.hpp"

namespace kith::http {

/// The share of one holder in a process-wide memory budget of `bytes_max`; released by the
/// destructor or `release`. An account may hold at most half of the memory that would be free
/// without it, so that no number of accounts exhausts the budget. The budget is thread-safe; each
/// share belongs to one thread.
template <std::size_t bytes_max, class Tag>
class MemoryShare {
 public:
  MemoryShare() = default;
  ~MemoryShare() { release(); }
  MemoryShare(const MemoryShare&) = delete;
  MemoryShare& operator=(const MemoryShare&) = delete;

  /// Sets the account that the memory counts for; the empty id stands for all unauthenticated
  /// callers. REQUIRES: the share is empty.
  void set_owner(AccountId owner) { owner_ = owner; }

  /// Grows the share to `bytes`. Returns false and changes nothing if the budget does not allow it.
  bool grow_to(std::size_t bytes) {
    if (bytes <= bytes_) return true;
    const std::lock_guard lock(mutex);
    if (!fits(owner_, bytes - bytes_)) return false;
    add(bytes - bytes_);
    return true;
  }

  /// Grows the share to `bytes` even over budget, for memory that is already in use. Later holders
  /// are refused instead.
  void take(std::size_t bytes) {
    if (bytes <= bytes_) return;
    const std::lock_guard lock(mutex);
    add(bytes - bytes_);
  }

  /// Returns the memory to the budget.
  void release() {
    if (bytes_ == 0) return;
    const std::lock_guard lock(mutex);
    all -= bytes_;
    const auto held = by_owner.find(owner_);
    held->second -= bytes_;
    if (held->second == 0) by_owner.erase(held);
    bytes_ = 0;
  }

  /// Returns the bytes taken by all holders.
  static std::size_t taken() {
    const std::lock_guard lock(mutex);
    return all;
  }

 private:
  /// Returns whether the budget allows `more` bytes. REQUIRES: the mutex is held, as for `add`.
  static bool fits(const AccountId& owner, std::size_t more) {
    const auto held = by_owner.find(owner);
    const std::size_t owned = held == by_owner.end() ? 0 : held->second;
    const std::size_t free = bytes_max - std::min(all, bytes_max);
    return more <= free && owned + more <= free - more;
  }

  void add(std::size_t more) {
    by_owner[owner_] += more;  // first: it may throw
    all += more;
    bytes_ += more;
  }

  // Process-wide. `by_owner` has only accounts that hold memory.
  static inline std::mutex mutex;
  static inline std::size_t all = 0;
  static inline std::unordered_map<AccountId, std::size_t> by_owner;

  AccountId owner_;
  std::size_t bytes_ = 0;
};

/// The budget for request bodies over `limits::access_body_bytes_max`, until they have been
/// handled.
using BodyShare = MemoryShare<limits::large_bodies_bytes_max, struct RequestBodies>;

/// The budget for responses over `limits::kept_buffer_bytes_max`, until they have been sent.
using AnswerShare = MemoryShare<limits::large_answers_bytes_max, struct AnswerBodies>;

}  // namespace kith::http
