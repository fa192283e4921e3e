#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "contacts/labels/label.hpp"
#include "contacts/write/contacts.hpp"
#include "contacts/write/operation.hpp"
#include "contacts/write/stored_label.hpp"
#include "store/store.hpp"

namespace kith::contacts {

/// A request that concerns one label.
struct LabelTarget {
  AccountId owner;
  LabelId id;
  std::vector<std::int64_t> seen = {};  ///< accepted revisions of the label; empty: any
};

/// Computes the new fields of a label from the current ones. May be called again.
using LabelChange = std::function<Result<LabelFields>(LabelFields current)>;

/// The labels of all accounts. A label belongs to an address book, and its contacts have its name
/// in the CATEGORIES of their cards: what changes the name or deletes the label edits these cards,
/// in transactions of `limits::writes_per_transaction`. Independent of protocols. Errors of all
/// operations: `not_found` for a label that does not exist or belongs to another account;
/// `unavailable` and `disk_full` from the store.
class Labels {
 public:
  /// REQUIRES: both outlive this.
  Labels(store::Store& store, Contacts& contacts) : store_(store), contacts_(contacts) {}

  /// Returns all labels, or those of a book, by name.
  Task<Result<std::vector<Label>>> list(AccountId owner, std::optional<std::int64_t> book);

  Task<Result<Label>> get(AccountId owner, LabelId id);

  /// Creates a label. If an earlier attempt of the request has created `target.id`, returns it.
  /// Errors also: `conflict` (`name-taken`, with the id of the other label); `forbidden`
  /// (`too-many-labels`); `invalid` for a book that does not exist; `unauthenticated` when the
  /// account was deleted.
  Task<Result<Label>> create(const LabelTarget& target, NewLabel label, Origin origin);

  /// Changes a label; another name is written into the cards of its contacts and into its group
  /// card. REQUIRES: `origin` has a change group. Errors also: `precondition_failed` when its
  /// revision is not in `target.seen`; `conflict` (`name-taken`), or when other writers keep
  /// changing it; those of `change`.
  Task<Result<Label>> change(const LabelTarget& target, const LabelChange& change, Origin origin);

  /// Takes a label off its contacts and deletes it, with its group card. Never deletes a contact.
  /// REQUIRES: `origin` has a change group. Errors also: `precondition_failed` as above; `conflict`
  /// when other writers keep giving it to contacts.
  Task<Result<void>> remove(const LabelTarget& target, Origin origin);

  /// Puts a label on the contact of `operation` (id and conditions), or takes it off. Errors also:
  /// `invalid` when it belongs to another book than the contact; those of Contacts::apply.
  Task<Result<Contact>> put_on(AccountId owner, LabelId id, Operation operation, Origin origin);
  Task<Result<Contact>> take_off(AccountId owner, LabelId id, Operation operation, Origin origin);

  /// Returns the labels of each contact, by name; none for a contact that does not exist.
  Task<Result<std::vector<std::vector<ContactLabel>>>> of_contacts(
      AccountId owner, std::span<const ContactId> contacts);

 private:
  Task<Result<std::optional<StoredLabel>>> read_seen(const LabelTarget& target);
  Task<Result<void>> check_book(AccountId owner, std::int64_t book);
  Task<Result<void>> check_name(AccountId owner, const StoredLabel& label);
  Task<Result<bool>> write_change(const StoredLabel& before, const LabelFields& fields,
                                  AccountId owner, Origin origin);

  store::Store& store_;
  Contacts& contacts_;
};

/// Returns the refusal of a label that does not exist.
std::unexpected<Error> no_such_label();

/// Returns the refusal of a name that the label `holder` has.
Error label_name_taken(const LabelId& holder);

}  // namespace kith::contacts
