#pragma once

#include <cstdint>

#include "base/result.hpp"
#include "base/task.hpp"
#include "store/store.hpp"

/// Keeps the derived columns of stored contacts up to date with the rules by which they are
/// computed.
namespace kith::contacts {

/// Recomputes the derived columns of contacts that older rules, or another version of ICU's
/// collation, have computed; how many. Works in transactions of `limits::derived_rows_max` contacts
/// with a pause after each, so that it takes at most half of the writer's time. Revisions,
/// `updated_at` and the history stay as they are. A contact that is edited meanwhile is left alone:
/// the edit has computed its columns. A run that is interrupted is continued by the next. Errors:
/// `unavailable` from the store.
Task<Result<int>> recompute_derived(store::Store& store);

/// Whether contacts were computed by older rules, or ICU's collation is another than before.
/// Errors: `unavailable`.
Task<Result<bool>> has_outdated(store::Store& store);

/// What this process knows of that work.
struct DerivedProgress {
  std::uint64_t recomputed = 0;  ///< contacts, since the process started
  std::int64_t outdated = 0;     ///< contacts that are left, as last counted
};

/// May be called on any thread.
DerivedProgress derived_progress();

}  // namespace kith::contacts
