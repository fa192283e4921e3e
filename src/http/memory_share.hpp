#pragma once

#include <algorithm>
#include <cstddef>
#include <mutex>
#include <unordered_map>

#include "base/ids.hpp"
#include "base/limits.hpp"

namespace kith::http {

/// The part that one holder takes of `bytes_max` of memory, which all holders in the process share.
/// It is given back when the share is destroyed or released. An account may hold at most half of
/// what would be free without it, so that no account, and no number of them, takes all of it. The
/// budget is safe to use on any thread; a share belongs to one.
template <std::size_t bytes_max, class Tag>
class MemoryShare {
 public:
  MemoryShare() = default;
  ~MemoryShare() { release(); }
  MemoryShare(const MemoryShare&) = delete;
  MemoryShare& operator=(const MemoryShare&) = delete;

  /// Names the account that the memory counts for; the empty id: callers who are not signed in.
  /// REQUIRES: nothing is taken.
  void set_owner(AccountId owner) { owner_ = owner; }

  /// Takes more, up to `bytes` in all. False, and no more is taken, when there is no room for it.
  bool grow_to(std::size_t bytes) {
    if (bytes <= bytes_) return true;
    const std::lock_guard lock(mutex);
    if (!fits(owner_, bytes - bytes_)) return false;
    add(bytes - bytes_);
    return true;
  }

  /// Takes more where it cannot be refused: the memory is in use. Later holders are refused
  /// instead.
  void take(std::size_t bytes) {
    if (bytes <= bytes_) return;
    const std::lock_guard lock(mutex);
    add(bytes - bytes_);
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

  /// Returns what all holders have taken together.
  static std::size_t taken() {
    const std::lock_guard lock(mutex);
    return all;
  }

 private:
  /// REQUIRES: locked, as the next one.
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

  // Of the process. `by_owner` has the accounts that hold something.
  static inline std::mutex mutex;
  static inline std::size_t all = 0;
  static inline std::unordered_map<AccountId, std::size_t> by_owner;

  AccountId owner_;
  std::size_t bytes_ = 0;
};

/// Of request bodies over `limits::access_body_bytes_max`, until they have been handled.
using BodyShare = MemoryShare<limits::large_bodies_bytes_max, struct RequestBodies>;

/// Of answers over `limits::kept_buffer_bytes_max`, until they have been sent.
using AnswerShare = MemoryShare<limits::large_answers_bytes_max, struct AnswerBodies>;

}  // namespace kith::http
