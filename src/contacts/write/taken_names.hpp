#pragma once

#include <optional>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "contacts/write/stored_contact.hpp"
#include "store/store.hpp"

/// UIDs and URLs are unique in an address book, except in the trash.
namespace kith::contacts {

/// A contact and the names that it is about to have.
struct NamedContact {
  AccountId owner;
  ContactId id;
  const CardColumns& columns;
};

/// Returns the contact that already has the UID of `contact` in its book, if there is one. Errors:
/// `unavailable` from the store.
Task<Result<std::optional<ContactId>>> find_uid_holder(store::Store& store, NamedContact contact);

/// Returns the contact that already has the resource name of `contact` in its book, if there is
/// one. Errors: `unavailable` from the store.
Task<Result<std::optional<ContactId>>> find_resource_holder(store::Store& store,
                                                            NamedContact contact);

/// Returns the refusal of a UID that `holder` has.
Error uid_taken(const ContactId& holder);

/// Returns the refusal of a resource name that `holder` has.
Error resource_taken(const ContactId& holder);

}  // namespace kith::contacts
