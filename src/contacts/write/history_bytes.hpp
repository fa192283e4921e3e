#pragma once

#include <string>

#include "base/result.hpp"
#include "base/task.hpp"
#include "store/store.hpp"

/// The size of an account's history, which `account_rev.history_bytes` notes: for each change
/// `limits::history_row_bytes` and its old values. Whatever adds or deletes changes updates it in
/// the same transaction.
namespace kith::contacts {

/// The SQL expression for what one row of `contact_changes` counts.
const std::string& counted_bytes();

/// The statement that takes the changes of account $1 that meet `condition` off its counter: to be
/// run before they are deleted.
std::string uncount_text(const std::string& condition);

/// Counts the history of every account anew and corrects the counters that are wrong, as they are
/// after an older version, which does not count, has written to the same database. Returns how many
/// were corrected. Errors: `unavailable` from the store.
Task<Result<int>> recount_histories(store::Store& store);

}  // namespace kith::contacts
