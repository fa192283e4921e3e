#pragma once

#include <cstdint>
#include <optional>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "contacts/write/operation.hpp"
#include "contacts/write/stored_contact.hpp"
#include "store/store.hpp"

/// The address book and the URL of a contact: whether it may have them.
namespace kith::contacts {

/// An operation that places a contact.
struct Placement {
  AccountId owner;
  const Operation& operation;
  const StoredContact* before;  ///< null: the contact is to be created
};

/// Checks that the contact may have the book, the UID and the URL in `columns`, as far as they
/// differ from those before. If its resource name is taken and the operation did not ask for it,
/// `columns` gets a new one. An operation that restores an earlier state brings back a deleted book
/// (`bring_back_book`). Errors: `invalid` (`book`) for a book that does not exist; `conflict`
/// (`uid-taken`, `resource-taken`); those of `bring_back_book`.
Task<Result<void>> check_place(store::Store& store, Placement placement, CardColumns& columns);

/// The same for a contact that is restored from the trash with its `columns`.
Task<Result<void>> check_restored_place(store::Store& store, Placement placement,
                                        CardColumns& columns);

/// Returns whether a taken resource name is replaced instead of refused: only a client that names
/// the URL insists on it.
inline bool may_get_new_resource(const Operation& operation) {
  return operation.exact || !operation.resource;
}

/// Adds the statement that refuses the batch (`conflict`) if the book does not exist when it runs.
void require_book(store::Batch& batch, AccountId owner, std::int64_t book);

}  // namespace kith::contacts
