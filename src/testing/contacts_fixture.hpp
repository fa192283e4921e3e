#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "contacts/read/changes.hpp"
#include "contacts/write/contacts.hpp"
#include "contacts/write/history.hpp"
#include "contacts/write/trash.hpp"
#include "store/rows.hpp"
#include "testing/store_fixture.hpp"

/// The fixture for tests of contact changes.
namespace kith::contacts {

namespace asio = boost::asio;
using store::values;

// Defined at namespace scope because a database knows only the queries that exist when it is
// opened.
inline const store::Query all_contacts(
    "test.all_contacts",
    "select id, rev, first_name, last_name, phone, favorite, notes from contacts "
    "where account_id = $1 and deleted_at is null");

/// Inserts an address book that has the same name and title.
inline const store::Query insert_book(
    "test.insert_book",
    "insert into books (account_id, number, name, title, rev) values ($1, $2, $3, $3, 0)");

/// The fields of contacts by id, to compare two states.
using Facts = std::map<ContactId, std::string>;

/// Runs the contact services on a store of each database kind.
class ContactsHistory : public test::StoreFixture {
 protected:
  /// Returns a time later than all previous ones.
  Time now() { return {1'800'000'000'000'000 + 1000 * ++ticks_}; }

  /// Advances the clock so far that an undo is not a repeat of the previous one, however long that
  /// took.
  void wait() { ticks_ += 5 * std::chrono::milliseconds(limits::undo_repeat_window).count(); }

  Origin origin(AccountId owner) { return {.actor = owner, .source = Source::api, .at = now()}; }

  static Change named(const std::string& name) {
    return [name](const Contact* current) {
      ContactFields fields = current ? ContactFields(*current) : ContactFields();
      fields.first_name = name;
      return Result<ContactFields>(fields);
    };
  }

  Result<Contact> apply(AccountId owner, ChangeKind kind, ContactId id,
                        const std::string& name = {}) {
    Operation operation{.kind = kind, .id = id, .change = named(name)};
    return run(contacts_.apply(owner, std::move(operation), origin(owner)));
  }

  /// Adds an address book without raising the account's revision.
  void add_book(AccountId owner, std::int64_t number) {
    const std::string name = "book-" + std::to_string(number);
    EXPECT_TRUE(run(store_->write_one(owner, insert_book, values(owner, number, name))));
  }

  /// Returns all living contacts, read with a query of the test itself.
  Facts facts(AccountId owner) {
    const auto rows = run(store_->read(all_contacts, values(owner))).value();
    Facts out;
    for (std::size_t row = 0; row < rows.size(); ++row) {
      std::string text = std::to_string(store::read_column<int>(rows, "favorite", row));
      for (const char* column : {"first_name", "last_name", "phone", "notes"}) {
        text +=
            "|" + store::read_column<std::optional<std::string>>(rows, column, row).value_or("");
      }
      out.emplace(store::read_column<ContactId>(rows, "id", row), text);
    }
    return out;
  }

  ContactRules rules_;
  CursorCodec cursors_{"a key"};
  Contacts contacts_{*store_, rules_};
  Trash trash_{*store_, contacts_, cursors_};
  Changes changes_{*store_, cursors_};
  History history_{*store_, contacts_, cursors_};

 private:
  std::int64_t ticks_ = 0;
};

}  // namespace kith::contacts
