#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "contacts/model/contact.hpp"
#include "contacts/write/derived_columns.hpp"
#include "contacts/write/operation.hpp"
#include "store/store.hpp"

namespace kith::contacts {

/// A change of one contact that is ready to be written.
struct Write {
  ChangeKind kind = ChangeKind::created;
  Contact contact = {};         ///< as it will be, but for the revision
  std::int64_t seen = 0;        ///< the revision that it changes; 0: none
  std::string old_values = {};  ///< a merge patch that takes it back; empty: none needed
  std::optional<DerivedColumns> derived = {};  ///< of what is created or changed
  bool has_new_id = false;                     ///< of a creation: nothing can be there
  /// Of a creation: where the account has no room for it, it is not written; otherwise the whole
  /// transaction fails, which costs less until that happens. REQUIRES: not `has_new_id`.
  bool is_refused_alone = false;
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
/// account is gone or has no room for a creation; `unauthenticated` when the account is gone.
Task<Result<void>> commit(store::Store& store, std::span<Write> writes, WriteContext context);

}  // namespace kith::contacts
