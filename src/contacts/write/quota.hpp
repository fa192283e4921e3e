#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <unordered_map>
#include <unordered_set>

#include "base/ids.hpp"
#include "base/limits.hpp"

namespace kith::contacts {

/// Accounts that had no room for another contact when they last made one. Only they are asked for
/// their number before a creation, which costs the others nothing. Shared by all loops.
class FullAccounts {
 public:
  /// Whether the account may be full.
  bool contains(AccountId account) {
    if (size_.load(std::memory_order_relaxed) == 0) return false;
    const std::lock_guard lock(mutex_);
    return accounts_.contains(account);
  }

  void insert(AccountId account) {
    const std::lock_guard lock(mutex_);
    if (accounts_.size() >= limits::full_accounts_max) accounts_.clear();
    accounts_.insert(account);
    size_.store(accounts_.size(), std::memory_order_relaxed);
  }

  void erase(AccountId account) {
    const std::lock_guard lock(mutex_);
    accounts_.erase(account);
    size_.store(accounts_.size(), std::memory_order_relaxed);
  }

 private:
  std::atomic<std::size_t> size_ = 0;
  std::mutex mutex_;
  std::unordered_set<AccountId> accounts_;
};

/// How much history each account has written on one loop since its total was last checked.
class HistoryMeter {
 public:
  /// Whether the account's total should be checked now, after these bytes were added.
  bool add(AccountId account, std::int64_t bytes) {
    if (written_.size() >= limits::history_accounts_max) written_.clear();
    std::int64_t& total = written_[account];
    total += bytes;
    if (total < limits::history_check_bytes) return false;
    written_.erase(account);
    return true;
  }

 private:
  std::unordered_map<AccountId, std::int64_t> written_;
};

}  // namespace kith::contacts
