#pragma once

#include <cstdint>
#include <unordered_map>

#include "base/ids.hpp"
#include "base/limits.hpp"

namespace kith::contacts {

/// Counts the bytes of history that each account has written on one loop since its total was last
/// checked.
class HistoryMeter {
 public:
  /// Adds bytes; returns whether the account's total should be checked now.
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
