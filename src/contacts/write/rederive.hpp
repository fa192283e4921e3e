#pragma once

#include <cstdint>

#include "base/result.hpp"
#include "base/task.hpp"
#include "store/store.hpp"

/// Keeps the derived columns of stored contacts up to date with the rules that compute them.
namespace kith::contacts {

/// Recomputes the derived columns of contacts that were computed by older rules or another version
/// of ICU's collation. Returns the number of recomputed contacts. Works in transactions of
/// `limits::derived_rows_max` contacts with a pause after each, so that it takes at most half of
/// the writer's time. Revisions, `updated_at` and the history stay unchanged. A contact that is
/// edited meanwhile is skipped: the edit has computed its columns. The next run continues an
/// interrupted one. Errors: `unavailable` from the store.
Task<Result<int>> recompute_derived(store::Store& store);

/// Returns whether contacts were computed by older rules or ICU's collation has changed. Errors:
/// `unavailable`.
Task<Result<bool>> has_outdated(store::Store& store);

/// The progress of that work as this process knows it.
struct DerivedProgress {
  std::uint64_t recomputed = 0;  ///< contacts, since the process started
  std::int64_t outdated = 0;     ///< remaining contacts, as last counted
};

/// Returns the progress. Thread-safe.
DerivedProgress derived_progress();

}  // namespace kith::contacts
