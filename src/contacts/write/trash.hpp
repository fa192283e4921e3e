#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "contacts/rows/cursor.hpp"
#include "contacts/rows/slice.hpp"
#include "contacts/write/contacts.hpp"

namespace kith::contacts {

/// A contact in the trash.
struct TrashedContact : Contact {
  Time deleted_at;

  static std::string schema_name() { return "TrashedContact"; }
  static constexpr auto fields() {
    return Contact::fields() +
           kith::fields(field("deleted_at", &TrashedContact::deleted_at, {.doc = "UTC."}));
  }
};

/// Deleted contacts, until they are gone for ever. (They get in and out by Contacts::apply.) Errors
/// of all: `unavailable` from the store.
class Trash {
 public:
  /// REQUIRES: all outlive this.
  Trash(store::Store& store, Contacts& contacts, const CursorCodec& cursors)
      : store_(store), contacts_(contacts), cursors_(cursors) {}

  /// What was deleted last comes first. Errors: `malformed` for a cursor that is not of this list.
  Task<Result<Slice<TrashedContact>>> list(AccountId owner, SliceRequest request);

  /// Restores everything that was deleted at `since` or later, in pieces, and gives how many
  /// contacts that were; those that an earlier try of the same request has restored count too.
  /// Errors also: `disk_full`. After an error a part may have been restored.
  Task<Result<int>> restore_since(AccountId owner, Time since, Origin origin);

  /// Deletes a contact in the trash permanently, with its history. Clients that sync were told of
  /// its deletion. Of `operation` only the id and the conditions count. Errors: `not_found` for
  /// what is not in the trash; `precondition_failed`.
  Task<Result<void>> erase(AccountId owner, const Operation& operation);

 private:
  store::Store& store_;
  Contacts& contacts_;
  const CursorCodec& cursors_;
};

}  // namespace kith::contacts
