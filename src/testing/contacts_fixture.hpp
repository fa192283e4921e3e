#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>

#include "contacts/read/changes.hpp"
#include "contacts/write/contacts.hpp"
#include "contacts/write/history.hpp"
#include "contacts/write/trash.hpp"
#include "store/rows.hpp"
#include "testing/fresh_database.hpp"

/// The fixture for tests of contact changes.
namespace kith::contacts {

namespace asio = boost::asio;
using store::values;

/// Inserts an account without a name.
inline const store::Query insert_account(
    "test.insert_account",
    "insert into accounts (id, username, email, role, password_hash, "
    "created_at, updated_at) values ($1, '', '', 'user', '', 0, 0)");
/// Inserts the revision of an account.
inline const store::Query insert_revision(
    "test.insert_account_rev", "insert into account_rev (account_id, rev) values ($1, 0)");
// Defined at namespace scope because a database knows only the queries that exist when it is
// opened.
inline const store::Query all_contacts(
    "test.all_contacts",
    "select id, rev, first_name, last_name, phone, favorite, notes from contacts "
    "where account_id = $1 and deleted_at is null");

/// The fields of contacts by id, to compare two states.
using Facts = std::map<ContactId, std::string>;

/// Runs the contact services on a store of each database kind.
class ContactsHistory : public testing::TestWithParam<test::DatabaseKind> {
 protected:
  template <class T>
  T run(Task<T> task) {
    auto result = asio::co_spawn(loop_, std::move(task), asio::use_future);
    loop_.restart();
    loop_.run();
    return result.get();
  }

  AccountId new_account() {
    const AccountId id = AccountId::make(now());
    store::Batch batch;
    batch.add(insert_account, id);
    batch.add(insert_revision, id);
    EXPECT_TRUE(run(store_->write(id, std::move(batch))));
    return id;
  }

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

  const test::FreshDatabase fresh_{GetParam()};
  asio::io_context loop_;
  std::unique_ptr<store::Database> database_ = fresh_.migrated();
  std::unique_ptr<store::Store> store_ = database_->attach(loop_.get_executor());
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
