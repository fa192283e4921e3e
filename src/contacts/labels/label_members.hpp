#pragma once

#include <string>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "contacts/model/label_edit.hpp"
#include "contacts/write/contacts.hpp"
#include "contacts/write/stored_label.hpp"
#include "store/store.hpp"

/// Edits the cards of all contacts that have a label.
namespace kith::contacts {

/// The contacts of a label.
struct LabelMembers {
  store::Store& store;
  Contacts& contacts;
  AccountId owner;
  LabelId label;
};

/// Applies `edit` to every contact of the label outside the trash, in pieces. Contacts that are
/// gone are skipped. Errors: `conflict` when other writers keep changing one of them (the others
/// are edited); those of the store.
Task<Result<void>> relabel_members(const LabelMembers& members, const LabelEdit& edit,
                                   const Origin& origin);

/// Finishes the change of a name: writes it into the cards that still have the former one. Does
/// nothing for a label that was not renamed. Errors: as of `relabel_members`; a repeat continues.
Task<Result<void>> finish_renaming(const LabelMembers& members, const StoredLabel& label,
                                   const Origin& origin);

}  // namespace kith::contacts
