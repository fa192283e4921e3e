#pragma once

#include "base/result.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "store/store.hpp"

namespace kith::contacts {

/// Renews the keys of phone numbers in accounts whose region was changed, until no account is left.
/// Returns the number of changed contacts. Works in transactions of `limits::derived_rows_max`
/// contacts with a pause after each; the position in an account is stored with each, so that the
/// next run continues an interrupted one. Revisions stay unchanged. A contact that is edited
/// meanwhile is skipped: the edit has renewed its keys. An account is left for the next run while
/// requests may still have its old region (`limits::principal_recheck_interval`). Errors:
/// `unavailable` from the store.
Task<Result<int>> renew_phone_keys(store::Store& store, Time now);

}  // namespace kith::contacts
