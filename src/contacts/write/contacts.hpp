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
#include "contacts/write/stored_contact.hpp"
#include "contacts/write/writes.hpp"
#include "store/store.hpp"

namespace kith::contacts {

/// The settings that apply to contacts.
struct ContactRules {
  std::vector<std::string> favorite_words = {"My"};  ///< empty: no automatic favourites
  bool keeps_history = true;  ///< false: changes are neither listed nor undone
  std::int64_t contacts_max = limits::contacts_default_max;  ///< per account, including its trash
  std::int64_t history_bytes_max = 0;                        ///< per account; 0: no limit
  std::int64_t account_bytes_max = 0;  ///< of its cards and its history; 0: no limit
};

/// Changes the contacts of all accounts, singly or in bulk. Independent of protocols: every source
/// uses this. Errors of all operations: `not_found` for a contact that does not exist, is in the
/// trash or belongs to another account; `unavailable` from the store.
class Contacts {
 public:
  /// REQUIRES: both outlive this.
  Contacts(store::Store& store, const ContactRules& rules) : store_(store), rules_(rules) {}

  Task<Result<Contact>> get(AccountId owner, ContactId id);

  /// Returns a contact with its card. `generate(contact, id)` makes the bytes of an implicit one.
  Task<Result<StoredContact>> get_card(AccountId owner, ContactId id);

  /// Returns contacts with their cards, also those in the trash. Contacts that do not exist are
  /// left out.
  Task<Result<ContactsById>> get_cards(AccountId owner, std::span<const ContactId> ids,
                                       store::Lane lane);

  /// Returns the sizes of the stored cards of contacts, in the same order.
  Task<Result<std::vector<CardSize>>> card_sizes(AccountId owner, std::span<const ContactId> ids);

  /// Returns a contact without its card. Fails as `get` does.
  Task<Result<StoredContact>> get_stored(AccountId owner, ContactId id);

  /// Returns the next contacts with ids above `above`, with their cards, of about 1 MiB at most or
  /// a single larger one. Empty: there are no more.
  Task<Result<std::vector<StoredContact>>> cards_above(AccountId owner, ContactId above);

  /// Returns whether changes are listed and can be undone.
  bool keeps_history() const { return rules_.keeps_history; }

  /// Applies an operation and returns the resulting contact. When another writer was faster, an
  /// operation without `seen` is repeated on the newest contact, at most
  /// `limits::write_attempts_max` times. An operation that would change nothing writes nothing.
  /// Errors also: `precondition_failed`, with the current contact, when the newest revision is not
  /// in `seen` or is in `unlike`; `unauthenticated` when the account was deleted; `conflict` when
  /// the id of a new contact is taken, or other writers keep changing the contact; `forbidden`
  /// (`too-many-contacts`) for a new contact when the account is full; `quota_exceeded` for a
  /// larger card when the account has used up its storage (AccountSize); `conflict` with the id of
  /// the other contact when the UID (`uid-taken`) or the resource name (`resource-taken`) is taken;
  /// those of `change` and `edit`.
  Task<Result<Contact>> apply(AccountId owner, Operation operation, Origin origin);

  /// Applies several operations in order, in transactions of `limits::writes_per_transaction`. Each
  /// operation takes effect as a whole or not at all. REQUIRES: each names another contact.
  Task<std::vector<Result<Contact>>> apply_all(AccountId owner,
                                               std::span<const Operation> operations,
                                               Origin origin);

 private:
  class Run;

  WriteContext context_of(AccountId owner, const Origin& origin) const;

  /// Returns why a creation under a new id was refused with `conflict`.
  Task<std::unexpected<Error>> refusal(AccountId owner);

  /// Deletes the account's oldest history if it is too large after `writes` took effect. Best
  /// effort: a failure is logged, and the job `purge_history` does the same.
  Task<void> bound_history(AccountId owner, std::span<const Write> writes);

  store::Store& store_;
  const ContactRules& rules_;
  HistoryMeter history_;
};

}  // namespace kith::contacts
