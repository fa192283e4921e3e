#pragma once

#include <cstdint>
#include <optional>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "contacts/write/writes.hpp"
#include "store/store.hpp"

namespace kith::contacts {

/// Limits the size of an account: its cards as they were sent, with their photos, and its history
/// (`account_rev.card_bytes` and `history_bytes`). Only writes that make a card larger, or that
/// replace one by another of the same size, are refused: the rest of a contact is small, and
/// contacts have a limit of their own.
class AccountSize {
 public:
  /// `bytes_max` 0: no limit. REQUIRES: `store` outlives this.
  AccountSize(store::Store& store, AccountId owner, std::int64_t bytes_max)
      : store_(store), owner_(owner), bytes_max_(bytes_max) {}

  /// Counts `write` in addition to those before, or refuses it. Requests that run at the same time
  /// do not see each other, so they can exceed the limit by their own size. Errors:
  /// `quota_exceeded`; `unavailable` from the store.
  Task<Result<void>> add(const Write& write);

 private:
  store::Store& store_;
  AccountId owner_;
  std::int64_t bytes_max_;
  std::optional<std::int64_t> bytes_;  ///< with the writes that were added; nullopt: not yet read
};

}  // namespace kith::contacts
