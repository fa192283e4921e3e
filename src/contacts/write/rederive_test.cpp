#include "contacts/write/rederive.hpp"

#include <future>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>

#include "contacts/search/search.hpp"
#include "contacts/write/contacts.hpp"
#include "contacts/write/derived_columns.hpp"
#include "store/rows.hpp"
#include "testing/store_fixture.hpp"
#include "testing/watched_store.hpp"

/// Tests that contacts written by an older version are sorted and found by the current rules.
namespace kith::contacts {
namespace {

using store::values;
using Names = std::vector<std::string>;

const store::Query select_outdated("test.derived_outdated",
                                   "select count(*) as n from contacts where " +
                                       outdated_condition());

class Derived : public test::StoreFixture {
 protected:
  Contact add(AccountId owner, const std::string& name) {
    return write(owner, ChangeKind::created, ContactId::make(now_), name);
  }

  Contact write(AccountId owner, ChangeKind kind, ContactId id, const std::string& name) {
    Operation operation{.kind = kind, .id = id, .change = [name](const Contact*) {
                          ContactFields fields;
                          fields.first_name = name;
                          return Result<ContactFields>(fields);
                        }};
    const Origin origin{.actor = owner, .source = Source::api, .at = now_};
    return run(contacts_.apply(owner, std::move(operation), origin)).value();
  }

  bool is_sqlite() const { return GetParam() == test::DatabaseKind::sqlite; }

  /// Leaves all contacts as older rules would have.
  void make_outdated() {
    const std::string key = is_sqlite() ? "x'00'" : "'\\x00'";
    const std::string tag = is_sqlite() ? "char(1)" : "chr(1)";
    fresh_.value("update contacts set derived_version = 0, search_text = " + tag +
                 " || 'old', sort_key = " + key);
  }

  /// Leaves all contacts as version 2 of the rules would have: with a line for each field.
  void make_lines() {
    fresh_.value(
        "update contacts set derived_version = 8589934592, search_text = "
        "'line\nline@example.org\n030'");
  }

  int outdated() {
    return store::read_column<int>(run(store_->read(select_outdated, {})).value(), "n");
  }

  std::vector<FoundContact> found(const std::string& query) {
    return run(search_.find(owner_, {.query = SearchQuery::parse(query).value()})).value().items;
  }

  Names find(const std::string& query) {
    Names names;
    for (const FoundContact& each : found(query)) names.push_back(*each.first_name);
    return names;
  }

  int recompute(store::Store& store) { return run(recompute_derived(store)).value(); }

  const Time now_{1'800'000'000'000'000};
  ContactRules rules_;
  CursorCodec cursors_{"a key"};
  Contacts contacts_{*store_, rules_};
  SearchIndexes indexes_{std::size_t{1} << 24};
  Search search_{*store_, cursors_, indexes_};
  const AccountId owner_ = new_account();
};

TEST_P(Derived, FindsOldContactsByTheNewRulesWithoutANewRevision) {
  const Contact ann = add(owner_, "Ann");
  make_outdated();
  const std::string before = fresh_.value("select rev from account_rev");
  EXPECT_EQ(find("ann"), Names());
  EXPECT_EQ(recompute(*store_), 1);
  EXPECT_EQ(find("ann"), Names{"Ann"}) << "the index in memory has the old rules";
  EXPECT_EQ(find("old"), Names());
  EXPECT_EQ(fresh_.value("select rev from account_rev"), before);
  EXPECT_EQ(fresh_.value("select rev from contacts"), std::to_string(ann.revision));
  EXPECT_EQ(fresh_.value("select updated_at from contacts"), std::to_string(now_.micros));
  EXPECT_EQ(outdated(), 0);
  EXPECT_EQ(recompute(*store_), 0);
}

TEST_P(Derived, FindsContactsOfAnOlderFormBeforeTheyAreRecomputed) {
  constexpr int count = limits::derived_rows_max + 10;
  for (int i = 0; i < count; ++i) add(owner_, "Jürgen " + std::to_string(i));
  fresh_.value("update contacts set email = 'boss@example.org' where first_name = 'Jürgen 7'");
  make_lines();
  EXPECT_EQ(find("juergen 7").front(), "Jürgen 7");
  EXPECT_EQ(find("jurgen " + std::to_string(count - 1)).size(), 1U);
  ASSERT_EQ(found("boss").size(), 1U);
  EXPECT_EQ(name_of(found("boss").front().matched), "email");
  EXPECT_EQ(find("line"), Names()) << "the old text is not used";
  EXPECT_EQ(outdated(), count);
  EXPECT_EQ(recompute(*store_), count);
  EXPECT_EQ(find("juergen 7").front(), "Jürgen 7");
}

TEST_P(Derived, FindsWhatAnOlderProgramHasWrittenSinceTheIndexWasLoaded) {
  add(owner_, "Ann");
  add(owner_, "Bob");
  EXPECT_EQ(find("ann"), Names{"Ann"});
  make_lines();
  fresh_.value("update account_rev set rev = rev + 1");
  fresh_.value("update contacts set first_name = 'Zoe', rev = rev + 2 where first_name = 'Ann'");
  EXPECT_EQ(find("zoe"), Names{"Zoe"});
  EXPECT_EQ(find("ann"), Names());
  EXPECT_EQ(find("bob"), Names{"Bob"});
}

TEST_P(Derived, AContactOfAnOlderFormThatCannotBeReadHidesNoOther) {
  add(owner_, "Ann");
  add(owner_, "Bob");
  make_lines();
  fresh_.value("update contacts set birthday = 'never' where first_name = 'Ann'");
  EXPECT_EQ(find("bob"), Names{"Bob"});
  EXPECT_EQ(find("ann"), Names());
}

TEST_P(Derived, InvalidatesIndexesOfOtherProcesses) {
  add(owner_, "Ann");
  make_outdated();
  SearchIndexes others{std::size_t{1} << 24};
  Search elsewhere{*store_, cursors_, others};
  EXPECT_TRUE(run(elsewhere.find(owner_, {.query = SearchQuery::parse("ann").value()}))
                  .value()
                  .items.empty());
  EXPECT_EQ(recompute(*store_), 1);
  EXPECT_EQ(run(elsewhere.find(owner_, {.query = SearchQuery::parse("ann").value()}))
                .value()
                .items.size(),
            1U);
}

TEST_P(Derived, WorksInBoundedTransactionsAndContinuesAfterACrash) {
  constexpr int count = 2 * limits::derived_rows_max + 30;
  EXPECT_EQ(recompute(*store_), 0);  // rows of the collation pass
  const AccountId other = new_account();
  for (int i = 0; i < count; ++i) add(i % 3 == 0 ? other : owner_, "Ann " + std::to_string(i));
  make_outdated();
  store::WatchedStore dying(*store_);
  dying.writes_left = 1;
  EXPECT_FALSE(run(recompute_derived(dying)));
  EXPECT_GT(outdated(), count - limits::derived_rows_max - 1);
  EXPECT_LT(outdated(), count);
  const int left = outdated();
  EXPECT_EQ(recompute(*store_), left);
  EXPECT_EQ(outdated(), 0);
  EXPECT_EQ(find("ann 100"), Names{"Ann 100"});
  EXPECT_EQ(fresh_.value("select min(derived_epoch) from account_rev"), "1");
  EXPECT_EQ(fresh_.value("select max(derived_epoch) from account_rev"), "1")
      << "each new epoch makes searches load the index again";
}

TEST_P(Derived, GivesEachContactItsOwnColumns) {
  add(owner_, "Ann");
  add(owner_, "Zoe");
  make_outdated();
  EXPECT_EQ(recompute(*store_), 2);
  const auto column = [&](const std::string& name, const std::string& contact) {
    return fresh_.value("select " + name + " from contacts where first_name = '" + contact + "'");
  };
  EXPECT_EQ(column("search_text", "Ann"),
            "\x01"
            "ann");
  EXPECT_EQ(column("search_text", "Zoe"), "\x01zoe");
  EXPECT_NE(column("sort_key", "Ann"), column("sort_key", "Zoe"));
}

TEST_P(Derived, SkipsAConcurrentlyEditedContact) {
  const Contact ann = add(owner_, "Ann");
  make_outdated();
  store::WatchedStore watched(*store_);
  watched.before_write = [&] {
    // Another process with older rules writes another name at this moment.
    fresh_.value("update contacts set first_name = 'Zoe', rev = rev + 1, search_text = 'zoe'");
    watched.before_write = [] {};
  };
  EXPECT_EQ(run(recompute_derived(watched)).value(), 1) << "by the pass that comes afterwards";
  EXPECT_EQ(fresh_.value("select search_text from contacts"), "\x01zoe");
  EXPECT_NE(fresh_.value("select rev from contacts"), std::to_string(ann.revision));
  EXPECT_EQ(outdated(), 0);
}

TEST_P(Derived, SortsAgainAfterACollationChange) {
  add(owner_, "Ann");
  const std::string key = fresh_.value("select sort_key from contacts");
  EXPECT_EQ(recompute(*store_), 0);
  // Rows and mark from another version of ICU, as a backup may contain them.
  fresh_.value("update contacts set derived_version = derived_version - 1, sort_key = id");
  fresh_.value("update derived_sweep set collation_version = collation_version - 1");
  EXPECT_EQ(recompute(*store_), 1);
  EXPECT_EQ(fresh_.value("select sort_key from contacts"), key);
  EXPECT_EQ(fresh_.value("select done from derived_sweep"), "1");
  EXPECT_EQ(recompute(*store_), 0);
}

TEST_P(Derived, AnInterruptedSweepContinuesAtItsPosition) {
  for (int i = 0; i < limits::derived_rows_max + 10; ++i) add(owner_, "Ann");
  fresh_.value("update contacts set derived_version = derived_version - 1, sort_key = id");
  store::WatchedStore dying(*store_);
  dying.writes_left = 3;  // the start, a piece, and the position after it
  EXPECT_FALSE(run(recompute_derived(dying)));
  EXPECT_EQ(fresh_.value("select done from derived_sweep"), "0");
  EXPECT_EQ(recompute(*store_), 10);
}

TEST_P(Derived, DoesNotChangeColumnsOfANewerVersion) {
  add(owner_, "Ann");
  fresh_.value(
      "update contacts set derived_version = derived_version + 4294967296, "
      "search_text = 'new'");
  EXPECT_EQ(recompute(*store_), 0);
  EXPECT_EQ(fresh_.value("select search_text from contacts"), "new");
}

/// Returns a change to this card.
Change card(const std::string& lines) {
  return [lines](const StoredContact*) {
    return Card::parse("BEGIN:VCARD\r\nVERSION:3.0\r\n" + lines + "END:VCARD\r\n");
  };
}

TEST_P(Derived, ContactsWithoutACardKeepTheColumnsOfRules3) {
  add(owner_, "Ann");
  fresh_.value("update contacts set derived_version = derived_version - 4294967296");
  EXPECT_EQ(outdated(), 0);
  EXPECT_EQ(recompute(*store_), 0);
  fresh_.value("update contacts set derived_version = derived_version - 4294967296");
  EXPECT_EQ(outdated(), 1);
  EXPECT_EQ(recompute(*store_), 1);
}

TEST_P(Derived, FindsAllTextsOfOldCardsAfterTheJob) {
  const Origin origin{.actor = owner_, .source = Source::api, .at = now_};
  for (int i = 0; i < limits::derived_rows_max + 3; ++i) {
    Operation operation{.kind = ChangeKind::created,
                        .id = ContactId::make(now_),
                        .change = card("FN:Jane\r\nEMAIL:a@x.org\r\nEMAIL:b@x.org\r\nORG:Acme\r\n"
                                       "TEL:1\r\nTEL:040 22\r\n")};
    ASSERT_TRUE(run(contacts_.apply(owner_, std::move(operation), origin)));
  }
  add(owner_, "Ann");
  EXPECT_EQ(found("acme").size(), 50U);
  const std::string tag = is_sqlite() ? "char(1)" : "chr(1)";
  fresh_.value(
      "update contacts set derived_version = derived_version - 4294967296, search_text = " + tag +
      " || 'jane', phone_digits = 'N1E' where has_card = 1");
  fresh_.value("update account_rev set derived_epoch = derived_epoch + 1");
  EXPECT_EQ(found("acme").size(), 0U) << "the rows of rules 3";
  EXPECT_EQ(outdated(), limits::derived_rows_max + 3);
  EXPECT_EQ(recompute(*store_), limits::derived_rows_max + 3);
  EXPECT_EQ(outdated(), 0);
  ASSERT_EQ(found("acme").size(), 50U);
  EXPECT_EQ(name_of(found("acme").front().matched), "organization");
  EXPECT_EQ(found("b@x.org").size(), 50U);
  EXPECT_EQ(found("+49 40 22").size(), 50U);
}

TEST_P(Derived, FindsCardsOfAnOlderFormBeforeTheyAreRecomputed) {
  Operation operation{.kind = ChangeKind::created,
                      .id = ContactId::make(now_),
                      .change = card("FN:Jane\r\nORG:Acme\r\nTEL:1\r\nTEL:040 22\r\n")};
  const Origin origin{.actor = owner_, .source = Source::api, .at = now_};
  ASSERT_TRUE(run(contacts_.apply(owner_, std::move(operation), origin)));
  add(owner_, "Ann");
  make_lines();
  EXPECT_EQ(find("acme"), Names{"Jane"});
  EXPECT_EQ(find("040 22"), Names{"Jane"});
  EXPECT_EQ(find("ann"), Names{"Ann"});
}

TEST_P(Derived, SkipsACardThatCannotBeRead) {
  for (const char* name : {"Ann", "Bob"}) {
    Operation operation{.kind = ChangeKind::created,
                        .id = ContactId::make(now_),
                        .change = card("FN:" + std::string(name) + "\r\nORG:Acme\r\n")};
    const Origin origin{.actor = owner_, .source = Source::api, .at = now_};
    ASSERT_TRUE(run(contacts_.apply(owner_, std::move(operation), origin)));
  }
  make_outdated();
  fresh_.value(
      "update cards set content = content || content where id = (select id from contacts "
      "where first_name = 'Ann')");
  EXPECT_EQ(recompute(*store_), 1);
  EXPECT_EQ(outdated(), 1);
}

TEST_P(Derived, SkipsAContactThatCannotBeRead) {
  add(owner_, "Ann");
  add(owner_, "Bob");
  make_outdated();
  fresh_.value("update contacts set birthday = 'never' where first_name = 'Ann'");
  EXPECT_EQ(recompute(*store_), 1);
  EXPECT_EQ(outdated(), 1);
}

INSTANTIATE_TEST_SUITE_P(Databases, Derived, testing::ValuesIn(test::database_kinds()),
                         test::kind_name);

}  // namespace
}  // namespace kith::contacts
