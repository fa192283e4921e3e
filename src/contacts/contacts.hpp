#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "contacts/contact.hpp"
#include "store/store.hpp"

namespace kith::contacts {

/// What the settings say about contacts.
struct Rules {
  std::vector<std::string> favorite_words = {"My"};  ///< empty: no automatic favourites
};

/// What a change knows of the contact that it changes.
struct Expected {
  std::optional<std::int64_t> revision;  ///< refused with `precondition_failed` unless it is this
};

/// The contacts of all accounts, one by one. Knows no protocol: every door uses this. Errors of
/// all operations: `not_found` for a contact that does not exist, is in the trash or belongs to
/// another account; `unavailable` from the store.
class Contacts {
 public:
  /// REQUIRES: both outlive this.
  Contacts(store::Store& store, const Rules& rules) : store_(store), rules_(rules) {}

  Task<Result<Contact>> create(AccountId owner, ContactFields fields, Time now);

  Task<Result<Contact>> get(AccountId owner, ContactId id);

  /// Puts `fields` in the place of all that was there.
  Task<Result<Contact>> replace(AccountId owner, ContactId id, ContactFields fields,
                                Expected expected);

  /// How one contact becomes another; may be called again when somebody else was faster.
  using Change = std::function<Result<ContactFields>(const Contact& current)>;

  /// Changes what is there. Without an expected revision it is done again on the newest, at most
  /// `limits::write_attempts_max` times, then `conflict`. Errors also: those of `change`.
  Task<Result<Contact>> change(AccountId owner, ContactId id, const Change& change,
                               Expected expected);

  /// Moves a contact to the trash.
  Task<Result<void>> remove(AccountId owner, ContactId id, Expected expected);

 private:
  Task<Result<std::optional<Contact>>> update(AccountId owner, const Contact& current,
                                              ContactFields fields);

  store::Store& store_;
  const Rules& rules_;
  Clock clock_;
};

/// The select list of a whole contact, for the statements that `read_contact` reads.
std::string contact_columns(std::string_view prefix = {});

/// The contact in row `row`.
Contact read_contact(const store::Rows& rows, std::size_t row);

/// The contacts of all rows.
std::vector<Contact> read_contacts(const store::Rows& rows);

}  // namespace kith::contacts
