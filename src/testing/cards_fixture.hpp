#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contacts/write/contact_state.hpp"
#include "testing/contacts_fixture.hpp"

/// The fixture for tests of stored cards.
namespace kith::contacts {

/// Selects the keys of the contact $2.
inline const store::Query all_keys("test.all_keys",
                                   "select kind, key from contact_keys where account_id = $1 "
                                   "and contact_id = $2 order by kind, key");
/// Selects what derives from the card of the contact $2.
inline const store::Query card_facts(
    "test.card_facts",
    "select rev, card_rev, has_card, resource, uid, uid_key, display, "
    "organization from contacts where account_id = $1 and id = $2");

/// Returns a vCard; `body` has `|` for the end of each line.
inline std::string vcard_of(std::string_view body) {
  std::string out = "BEGIN:VCARD\r\nVERSION:3.0\r\n";
  for (const char c : body) c == '|' ? out += "\r\n" : out += c;
  return out + "END:VCARD\r\n";
}

/// A card with more than the simple form can say.
inline const std::string jane = vcard_of(
    "UID:jane-1|item1.EMAIL;type=INTERNET:a@example.org|item1.X-ABLabel:Old|"
    "N:Doe;Jane;;;|FN:Jane Doe|ORG:Acme;Sales|EMAIL:b@example.org|TEL:+49 30 1234567|X-ODD:kept|");

/// Rows of `contact_keys`: kind and key.
using Keys = std::vector<std::string>;

/// Writes and reads the cards of one account.
class Cards : public ContactsHistory {
 protected:
  using ContactsHistory::apply;

  Cards() { rules_.favorite_words.clear(); }

  ContactId add(const std::string& bytes) {
    const ContactId id = ContactId::make(now());
    EXPECT_TRUE(put(id, bytes, ChangeKind::created));
    return id;
  }

  static Change replacing(std::string bytes) {
    return [bytes = std::move(bytes)](const StoredContact* current) {
      return Card::parse(bytes, current ? current->favorite : std::nullopt);
    };
  }

  Result<Contact> put(ContactId id, const std::string& bytes,
                      ChangeKind kind = ChangeKind::changed) {
    return apply({.kind = kind, .id = id, .change = replacing(bytes)});
  }

  Result<Contact> apply(Operation operation) {
    return run(contacts_.apply(owner_, std::move(operation), origin(owner_)));
  }

  /// Sets a field of the simple form.
  template <class T>
  Result<Contact> set(ContactId id, T ContactFields::* member, T value) {
    return apply({.id = id, .change = [=](const Contact* current) {
                    ContactFields fields = *current;
                    fields.*member = value;
                    return Result<Card>(fields);
                  }});
  }

  Result<Contact> rename(ContactId id, const std::string& name) {
    return set(id, &ContactFields::first_name, std::optional(name));
  }

  /// Returns the bytes of a card, generated if it is implicit.
  std::string bytes_of(ContactId id) {
    const auto contact = run(contacts_.get_card(owner_, id)).value();
    if (contact.explicit_card) return contact.explicit_card->bytes();
    return "generated " + generate(contact, id.to_string());
  }

  Keys keys_of_contact(ContactId id) {
    const auto rows = run(store_->read(all_keys, values(owner_, id))).value();
    Keys keys;
    for (std::size_t row = 0; row < rows.size(); ++row) {
      keys.push_back(std::to_string(store::read_column<int>(rows, "kind", row)) + ' ' +
                     store::read_column<std::string>(rows, "key", row));
    }
    return keys;
  }

  /// The keys of a stored contact must be those of its card.
  void check_keys(ContactId id) {
    const auto contact = run(contacts_.get_card(owner_, id)).value();
    Keys keys;
    for (const auto& [kind, key] : keys_of(contact.card(), contact.country_code)) {
      keys.push_back(std::to_string(std::to_underlying(kind)) + ' ' + key);
    }
    EXPECT_EQ(keys_of_contact(id), keys);
    EXPECT_THAT(keys, testing::Not(testing::IsEmpty()));
  }

  std::string fact(ContactId id, const char* column) {
    const auto rows = run(store_->read(card_facts, values(owner_, id))).value();
    const store::Cell cell = rows.cell(0, store::column_number(rows.names(), column, 0));
    if (cell.is_null()) return "null";
    return cell.is_integer() ? std::to_string(cell.integer()) : std::string(cell.bytes());
  }

  std::string count(const std::string& table) {
    return fresh_.value("select count(*) from " + table);
  }

  const AccountId owner_ = new_account();
};

}  // namespace kith::contacts
