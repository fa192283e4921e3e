#pragma once

#include <cstddef>
#include <deque>
#include <unordered_map>
#include <utility>

#include "base/ids.hpp"
#include "base/limits.hpp"
#include "store/store.hpp"

namespace kith::store {

/// A bounded queue that serves accounts in turn: each gets one item before any gets its second, and
/// the items of one account stay in order. An account with many items therefore delays the first
/// item of another account by at most one item. `no_account` counts as one account, but has no
/// limit of its own, because its items belong to unrelated requests.
///
/// REQUIRES: used by one thread at a time.
template <class T>
class FairQueue {
 public:
  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }

  /// Adds an item. Returns false, and leaves `item` untouched, when the queue or the account's
  /// share of it is full (`limits::write_queue_max`, `limits::account_write_queue_max`).
  bool push(AccountId account, T& item) {
    if (size_ >= limits::write_queue_max) return false;
    const auto [found, is_first] = items_.try_emplace(account);
    std::deque<T>& own = found->second;
    if (account != no_account && own.size() >= limits::account_write_queue_max) return false;
    if (is_first) turns_.push_back(account);
    own.push_back(std::move(item));
    ++size_;
    return true;
  }

  /// Returns the item that `pop` takes. REQUIRES: the queue is not empty.
  const T& front() const { return items_.at(turns_.front()).front(); }

  /// Takes the next item; its account moves to the end of the rotation. REQUIRES: the queue is not
  /// empty.
  T pop() {
    const auto found = items_.find(turns_.front());
    turns_.pop_front();
    T item = std::move(found->second.front());
    found->second.pop_front();
    --size_;
    if (found->second.empty()) {
      items_.erase(found);
    } else {
      turns_.push_back(found->first);
    }
    return item;
  }

 private:
  std::unordered_map<AccountId, std::deque<T>> items_;  ///< only accounts that have items
  std::deque<AccountId> turns_;                         ///< the same accounts, next first
  std::size_t size_ = 0;
};

}  // namespace kith::store
