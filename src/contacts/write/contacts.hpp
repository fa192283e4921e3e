#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "base/limits.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "contacts/model/contact.hpp"
#include "contacts/write/history_meter.hpp"
#include "contacts/write/operation.hpp"
#include "contacts/write/writes.hpp"
#include "store/store.hpp"

namespace kith::contacts {

/// What the settings say about contacts.
struct ContactRules {
  std::vector<std::string> favorite_words = {"My"};  ///< empty: no automatic favourites
  bool keeps_history = true;  ///< otherwise changes are neither shown nor taken back
  std::int64_t contacts_max = limits::contacts_default_max;  ///< of an account, with its trash
  std::int64_t history_bytes_max = 0;                        ///< of an account; 0: no limit
};

/// The contacts of all accounts, one by one and many at once. Knows no protocol: every source uses
/// this. Errors of all operations: `not_found` for a contact that does not exist, is in the trash
/// or belongs to another account; `unavailable` from the store.
class Contacts {
 public:
  /// REQUIRES: both outlive this.
  Contacts(store::Store& store, const ContactRules& rules) : store_(store), rules_(rules) {}

  Task<Result<Contact>> get(AccountId owner, ContactId id);

  /// Does what is asked for and gives the contact as it is then. An operation without `seen` is
  /// done again on the newest contact when somebody else was faster, at most
  /// `limits::write_attempts_max` times. What would change nothing writes nothing. Errors also:
  /// `precondition_failed` when the newest revision is none of `seen` or one of `unlike`, with the
  /// contact as it is; `unauthenticated` when the account is gone;
  /// `conflict` when the id of a new contact is taken, or others keep changing the contact;
  /// `forbidden` (`too-many-contacts`) for a new one where the account is full; those of `change`.
  Task<Result<Contact>> apply(AccountId owner, Operation operation, Origin origin);

  /// The same for many, in order: a transaction for each `limits::writes_per_transaction`, in which
  /// each operation is done whole or not at all. REQUIRES: each names another contact.
  Task<std::vector<Result<Contact>>> apply_all(AccountId owner,
                                               std::span<const Operation> operations,
                                               Origin origin);

 private:
  class Run;

  WriteContext context_of(AccountId owner, const Origin& origin) const;

  /// Why a creation under a new id was refused with `conflict`.
  Task<std::unexpected<Error>> refusal(AccountId owner);

  /// After `writes` took effect: deletes the account's oldest history where it has too much. Best
  /// effort: a failure is logged, and the job `purge_history` does the same.
  Task<void> bound_history(AccountId owner, std::span<const Write> writes);

  store::Store& store_;
  const ContactRules& rules_;
  HistoryMeter history_;
};

}  // namespace kith::contacts
