#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "contacts/model/contact.hpp"
#include "contacts/write/derived_columns.hpp"
#include "store/store.hpp"

namespace kith::contacts {

/// Where a change came from.
enum class Source : std::uint8_t { api };
constexpr std::array<std::string_view, 1> names_of(Source) { return {"api"}; }

/// What a change did to a contact.
enum class ChangeKind : std::uint8_t { created, changed, deleted, restored };
constexpr std::array<std::string_view, 4> names_of(ChangeKind) {
  return {"created", "changed", "deleted", "restored"};
}

/// Where a change comes from; the history tells it.
struct Origin {
  AccountId actor;
  Source source;
  Time at;
  std::int64_t change_group =
      0;  ///< changes of one request share it and are undone together; 0: alone
  /// Of a request that is sent again: when it was first sent. What `change_group` has changed
  /// already is not changed once more.
  std::optional<Time> repeated_since = {};
};

/// The same for several changes that are one to the user. Their change group follows from `id`
/// alone: a request that is sent again under its idempotency key goes on with the same group.
Origin as_change_group(Origin origin, const Uuid& id);

/// The same with a change group of its own.
Origin as_change_group(Origin origin);

/// A change of one contact that is ready to be written.
struct Write {
  ChangeKind kind = ChangeKind::created;
  Contact contact = {};         ///< as it will be, but for the revision
  std::int64_t seen = 0;        ///< the revision that it changes; 0: none
  std::string old_values = {};  ///< a merge patch that takes it back; empty: none needed
  std::optional<DerivedColumns> derived = {};  ///< of what is created or changed
  /// Of a creation: nothing can be there, and there is probably room for it: if there is not, the
  /// whole transaction fails.
  bool has_new_id = false;
  bool is_over_quota = false;  ///< of a creation that was not written: the account is full

  static Write creation(Contact contact, bool has_new_id);
  /// Puts `fields` over `current`.
  static Write change(const Contact& current, ContactFields fields);
  /// REQUIRES: `kind` is deleted or restored.
  static Write move(const Contact& current, ChangeKind kind);
};

/// How much the history entry of `write` counts for the account's `history_bytes`.
std::int64_t history_bytes_of(const Write& write);

/// Whose contacts are written, by whom, and by which rules.
struct WriteContext {
  AccountId owner;
  Origin origin;
  bool keeps_history = true;
  std::int64_t contacts_max = 0;  ///< of the account, with its trash
};

/// Runs `writes` of different contacts as one transaction. Each is a guarded batch
/// (architecture.md): it takes effect, its contact gets its revision and the history a row; or its
/// contact is not what was seen any more (or is there already, or over the quota), nothing of it is
/// written, and its revision stays 0. Errors: those of the store, of which `conflict` says that the
/// account is gone or has no room for a creation that `has_new_id`; `unauthenticated` when the
/// account is gone.
Task<Result<void>> commit(store::Store& store, std::span<Write> writes, WriteContext context);

}  // namespace kith::contacts
