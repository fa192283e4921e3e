#pragma once

#include <cstdint>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "store/store.hpp"

/// Deletes data past its retention. Each purge visits all accounts in transactions of
/// `limits::purge_rows_max` rows and returns the number of deleted items. The next purge finishes
/// one that was stopped or lost a race. Errors of all: `unavailable` from the store.
namespace kith::contacts {

/// Erases contacts that were deleted before `before`.
Task<Result<int>> purge_trash(store::Store& store, Time before);

/// Deletes the history from before `before`.
Task<Result<int>> purge_history(store::Store& store, Time before);

/// Deletes the oldest history of an account until it has at most `bytes_max`. Returns the number of
/// deleted changes. REQUIRES: `bytes_max` exceeds the largest single change.
Task<Result<int>> trim_history(store::Store& store, AccountId account, std::int64_t bytes_max);

/// Trims the histories of all accounts.
Task<Result<int>> trim_histories(store::Store& store, std::int64_t bytes_max);

/// Deletes the tombstones of contacts that were deleted before `before`. Clients that have not
/// synced since then must start over.
Task<Result<int>> purge_tombstones(store::Store& store, Time before);

/// Deletes the URLs of cards (`dav_gone`) that ended to exist before `before`, for which the same
/// holds.
Task<Result<int>> purge_gone_urls(store::Store& store, Time before);

}  // namespace kith::contacts
