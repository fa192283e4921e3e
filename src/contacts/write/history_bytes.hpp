#pragma once

#include <string>

#include "base/result.hpp"
#include "base/task.hpp"
#include "store/store.hpp"

/// The size of an account's history, stored in `account_rev.history_bytes`: for each change
/// `limits::history_row_bytes` its old values and its old card. Every addition or deletion of
/// changes updates it in the same transaction.
namespace kith::contacts {

/// Returns the SQL expression for the size of one row of `contact_changes`, in bytes.
const std::string& counted_bytes();

/// Returns the statement that subtracts the changes of account $1 that meet `condition` from its
/// counter. REQUIRES: it runs before they are deleted.
std::string uncount_text(const std::string& condition);

/// Recounts the history and the cards of every account and corrects wrong counters, which appear
/// after an older version that does not count has written to the same database. Returns the number
/// of corrected accounts. Errors: `unavailable` from the store.
Task<Result<int>> recount_histories(store::Store& store);

}  // namespace kith::contacts
