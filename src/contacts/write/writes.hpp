#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "contacts/model/contact.hpp"
#include "contacts/write/card_writes.hpp"
#include "contacts/write/contact_state.hpp"
#include "contacts/write/derived_columns.hpp"
#include "contacts/write/label_writes.hpp"
#include "contacts/write/operation.hpp"
#include "contacts/write/stored_contact.hpp"
#include "store/store.hpp"

namespace kith::contacts {

/// A change of one contact, ready to be written.
struct Write {
  ChangeKind kind = ChangeKind::created;
  Contact contact = {};         ///< the new state, except for the revision
  std::int64_t seen = 0;        ///< the revision that it changes; 0: new
  std::string old_values = {};  ///< a merge patch that reverses it; empty: not needed
  std::optional<DerivedColumns> derived = {};  ///< for created and changed contacts
  CardWrite card = {};
  LabelWrite labels = {};
  bool has_new_id = false;  ///< for a creation: the id cannot exist yet
  /// For a creation: if the account is full, only this creation is skipped; otherwise the whole
  /// transaction fails, which costs less in the usual case. REQUIRES: not `has_new_id`.
  bool is_refused_alone = false;
  bool is_over_quota = false;  ///< for a creation that was not written: the account is full

  /// Returns the creation of `contact` (id and time) with `state`.
  static Write creation(Contact contact, ContactState state, bool has_new_id);
  /// Returns the change from `current` to `next`.
  static Write change(const StoredContact& current, ContactState next);
  /// Returns the move into or out of the trash. REQUIRES: `kind` is deleted or restored.
  static Write move(const StoredContact& current, ChangeKind kind);
};

/// Returns the bytes that the history entry of `write` adds to the account's `history_bytes`.
std::int64_t history_bytes_of(const Write& write);

/// The account, the origin and the rules of a write.
struct WriteContext {
  AccountId owner;
  Origin origin;
  bool keeps_history = true;
  std::int64_t contacts_max = 0;  ///< of the account, including its trash
};

/// Runs `writes` of different contacts as one transaction. Each is a guarded batch
/// (architecture.md). If the guard holds, the write takes effect, its contact gets a revision and
/// the history a row. If the contact has changed since it was read, already exists or exceeds the
/// quota, no part of it is written and its revision stays 0. Errors: those of the store, of which
/// `conflict` means that the account was deleted or has no room for a creation; `unauthenticated`
/// when the account was deleted.
Task<Result<void>> commit(store::Store& store, std::span<Write> writes, WriteContext context);

}  // namespace kith::contacts
