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
  bool has_new_id = false;                     ///< of a creation: nothing can be there
  std::int64_t contact_count = 0;  ///< of a creation that is written: how many the account has

  static Write creation(Contact contact, bool has_new_id);
  /// Puts `fields` over `current`.
  static Write change(const Contact& current, ContactFields fields);
  /// REQUIRES: `kind` is deleted or restored.
  static Write move(const Contact& current, ChangeKind kind);
};

/// How much the history entry of `write` counts for the account's `history_bytes`.
std::int64_t history_bytes_of(const Write& write);

/// Whose contacts are written, by whom, and whether the history is told.
struct WriteContext {
  AccountId owner;
  Origin origin;
  bool keeps_history = true;
};

/// Runs `writes` of different contacts as one transaction. Each is a guarded batch
/// (architecture.md): it takes effect, its contact gets its revision and the history a row; or its
/// contact is not what was seen any more (or is there already), nothing of it is written, and its
/// revision stays 0. Errors: those of the store; `unauthenticated` when the account is gone.
Task<Result<void>> commit(store::Store& store, std::span<Write> writes, WriteContext context);

}  // namespace kith::contacts
