#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/fields.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "contacts/write/operation.hpp"
#include "store/query.hpp"

namespace kith::contacts {

/// A stored change of a contact.
struct StoredChange {
  std::int64_t rev = 0;
  std::int64_t previous_rev = 0;  ///< of the contact's previous change; 0: none
  ContactId contact_id;
  Time changed_at;
  std::int64_t change_group = 0;
  AccountId actor;
  Source source = Source::api;
  ChangeKind kind = ChangeKind::created;
  std::optional<std::string> old_values;

  static constexpr auto fields() {
    return kith::fields(
        field("rev", &StoredChange::rev), field("previous_rev", &StoredChange::previous_rev),
        field("contact_id", &StoredChange::contact_id),
        field("changed_at", &StoredChange::changed_at),
        field("change_group", &StoredChange::change_group), field("actor", &StoredChange::actor),
        field("source", &StoredChange::source), field("kind", &StoredChange::kind),
        field("old_values", &StoredChange::old_values));
  }
};

/// Selects a contact's changes of the account $1, from the revision $2 back along the chain, at
/// most $3, newest first.
extern const store::Query select_changes_back;

}  // namespace kith::contacts
