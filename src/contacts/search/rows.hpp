#pragma once

#include <span>
#include <vector>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "contacts/search/text.hpp"
#include "store/store.hpp"

/// Reads contacts by their ids, for pages and for the index.
namespace kith::contacts {

/// Returns a row for each living contact of `ids` (contact_columns, and the account's revision as
/// `account_rev` and its `derived_epoch`), or a row without a contact (`id` is null). Empty if the
/// account does not exist. Errors: `unavailable`.
Task<Result<store::Rows>> read_by_id(store::Store& store, AccountId owner,
                                     std::span<const ContactId> ids,
                                     store::Lane lane = store::Lane::point);

/// Replaces the columns of each row whose text is in the form of an older version (is_search_text)
/// by those computed from the fields or the stored card of the contact: a search must not wait
/// until `recompute_derived` has written them. A contact that was deleted meanwhile, or that cannot
/// be read, keeps its text, which is ignored. Errors: `unavailable`.
Task<Result<void>> renew_rows(store::Store& store, AccountId owner, std::vector<SearchRow*> rows);

}  // namespace kith::contacts
