#pragma once

#include <string>
#include <vector>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "contacts/model/label_edit.hpp"
#include "contacts/write/operation.hpp"
#include "contacts/write/stored_contact.hpp"
#include "store/store.hpp"

namespace kith::contacts {

/// What an operation does to the labels of a contact.
struct LabelPlan {
  LabelEdit edit = {};  ///< of its card
  /// Keys of labels that it takes off and that only group cards give the contact: its card does not
  /// change.
  std::vector<std::string> unlinked = {};
};

/// Returns the plan of `operation` (`current` is null for a creation), which needs a read if it
/// names labels by their ids, changes those of a contact, or moves it. A contact that moves to
/// another book keeps its labels by their names. Errors: `invalid` for labels that do not exist or
/// belong to another book (`labels[2].id`, `label`) and names that no label may have
/// (`labels[2].name`); `unavailable` from the store.
Task<Result<LabelPlan>> plan_labels(store::Store& store, AccountId owner,
                                    const Operation& operation, const StoredContact* current);

}  // namespace kith::contacts
