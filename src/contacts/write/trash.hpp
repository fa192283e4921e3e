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

/// Deleted contacts until their permanent deletion. Contacts::apply moves contacts into and out of
/// the trash. Errors of all: `unavailable` from the store.
class Trash {
 public:
  /// REQUIRES: all outlive this.
  Trash(store::Store& store, Contacts& contacts, const CursorCodec& cursors)
      : store_(store), contacts_(contacts), cursors_(cursors) {}

  /// Lists the trash, last deleted first. Errors: `malformed` for a cursor that is not of this
  /// list.
  Task<Result<Slice<TrashedContact>>> list(AccountId owner, SliceRequest request);

  /// Restores all contacts that were deleted at `since` or later, in pieces. Returns their number,
  /// including those that an earlier attempt of the same request has restored. Errors also:
  /// `disk_full`. After an error, some of the contacts may have been restored.
  Task<Result<int>> restore_since(AccountId owner, Time since, Origin origin);

  /// Deletes a contact in the trash permanently, with its history. Clients that sync have already
  /// received its deletion. Uses only the id and the conditions of `operation`. Errors: `not_found`
  /// for a contact that is not in the trash; `precondition_failed`.
  Task<Result<void>> erase(AccountId owner, const Operation& operation);

 private:
  store::Store& store_;
  Contacts& contacts_;
  const CursorCodec& cursors_;
};

}  // namespace kith::contacts
