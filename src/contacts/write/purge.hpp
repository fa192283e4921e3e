#pragma once

#include <cstdint>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "store/store.hpp"

/// What is not kept for ever. Each purge goes through all accounts in transactions of
/// `limits::purge_rows_max` rows and gives how much it took away; one that is stopped or outrun is
/// finished by the next. Errors of all: `unavailable` from the store.
namespace kith::contacts {

/// Erases contacts that were deleted before `before`.
Task<Result<int>> purge_trash(store::Store& store, Time before);

/// Forgets the history of before `before`.
Task<Result<int>> purge_history(store::Store& store, Time before);

/// Deletes the oldest history of an account until it is at most `bytes_max`, which is more than one
/// change can have; returns how many changes.
Task<Result<int>> trim_history(store::Store& store, AccountId account, std::int64_t bytes_max);

/// The same for all accounts.
Task<Result<int>> trim_histories(store::Store& store, std::int64_t bytes_max);

/// Forgets the tombstones of contacts that were deleted before `before`: clients that have not
/// synced since then must begin anew.
Task<Result<int>> purge_tombstones(store::Store& store, Time before);

}  // namespace kith::contacts
