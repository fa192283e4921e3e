#include "contacts/books/books.hpp"

#include <algorithm>
#include <cstdint>
#include <future>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contacts/write/purge.hpp"
#include "testing/contacts_fixture.hpp"
#include "testing/watched_store.hpp"

namespace kith::contacts {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class AddressBooks : public ContactsHistory {
 protected:
  Result<Book> create(const std::string& title, const std::optional<std::string>& name = {}) {
    NewBook book;
    book.title = title;
    book.name = name;
    return run(books_.create(owner_, std::move(book)));
  }

  std::int64_t add(const std::string& title) { return create(title).value().id; }

  Result<Book> rename(std::int64_t number, const std::string& title,
                      std::vector<std::int64_t> seen = {}) {
    return run(books_.change(owner_, {number, std::move(seen)}, [&](const BookFields& current) {
      BookFields fields = current;
      fields.title = title;
      return Result<BookFields>(fields);
    }));
  }

  Result<void> remove(std::int64_t number, std::vector<std::int64_t> seen = {}) {
    return run(books_.remove(owner_, {number, std::move(seen)}, origin(owner_)));
  }

  std::vector<ContactId> fill(std::int64_t book, int count) {
    std::vector<Operation> operations;
    std::vector<ContactId> ids;
    for (int i = 0; i < count; ++i) {
      ids.push_back(ContactId::make(now()));
      operations.push_back({.kind = ChangeKind::created,
                            .id = ids.back(),
                            .change = named("N"),
                            .has_new_id = true,
                            .book = book});
    }
    for (const auto& each : run(contacts_.apply_all(owner_, operations, origin(owner_)))) {
      EXPECT_TRUE(each);
    }
    return ids;
  }

  /// Returns the books as "number name title contacts".
  std::vector<std::string> all() {
    std::vector<std::string> out;
    for (const Book& each : run(books_.list(owner_)).value()) {
      out.push_back(std::to_string(each.id) + ' ' + each.name + ' ' + each.title + ' ' +
                    std::to_string(each.contacts));
    }
    return out;
  }

  Undone undo() {
    wait();
    return run(history_.undo(owner_, {}, origin(owner_))).value();
  }

  std::string living() {
    return fresh_.value("select count(*) from contacts where deleted_at is null");
  }

  const AccountId owner_ = new_account();
  Books books_{*store_, contacts_};
};

TEST_P(AddressBooks, AnAccountHasADefaultBook) {
  EXPECT_THAT(all(), ElementsAre("1 default Contacts 0"));
  fill(default_book, 2);
  EXPECT_THAT(all(), ElementsAre("1 default Contacts 2"));
  EXPECT_EQ(run(books_.get(owner_, default_book)).value().revision, 0);
  EXPECT_EQ(fresh_.value("select count(*) from books"), "0") << "without a row";
}

TEST_P(AddressBooks, TheDefaultBookCanBeRenamedAndNotDeleted) {
  const Book book = rename(default_book, "Family").value();
  EXPECT_EQ(book.title, "Family");
  EXPECT_EQ(book.name, "default");
  EXPECT_GT(book.revision, 0);
  EXPECT_THAT(all(), ElementsAre("1 default Family 0"));
  EXPECT_EQ(rename(default_book, "Friends").value().title, "Friends");
  const auto refused = remove(default_book);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::forbidden);
  EXPECT_EQ(refused.error().slug, "default-book");
}

TEST_P(AddressBooks, BooksHaveNumbersAndNamesOfTheirTitles) {
  EXPECT_EQ(add("Work"), 2);
  EXPECT_EQ(add("Büro & Söhne!"), 3);
  EXPECT_EQ(add("連絡先"), 4);
  EXPECT_EQ(add("book"), 5);
  EXPECT_EQ(add(std::string(60, 'x')), 6);
  EXPECT_EQ(create("Chosen", "my_name-1").value().name, "my_name-1");
  EXPECT_THAT(all(),
              ElementsAre("1 default Contacts 0", "2 work Work 0", "3 buro-sohne Büro & Söhne! 0",
                          "4 book 連絡先 0", "5 book-2 book 0",
                          "6 " + std::string(40, 'x') + ' ' + std::string(60, 'x') + " 0",
                          "7 my_name-1 Chosen 0"));
  const Book work = run(books_.get(owner_, 2)).value();
  std::string account = owner_.to_string();
  std::erase(account, '-');
  EXPECT_EQ(work.url, "/dav/books/" + account + "/work/");
}

TEST_P(AddressBooks, ATakenTitleOrNameIsRefused) {
  add("Work");
  const auto check = [](const auto& refused, std::string_view slug, std::string_view id) {
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::conflict);
    EXPECT_EQ(refused.error().slug, slug);
    EXPECT_EQ(refused.error().members, id);
  };
  check(create("WÖRK"), "title-taken", "\"id\":2");
  check(create("contacts"), "title-taken", "\"id\":1");
  check(create("Other", "work"), "name-taken", "\"id\":2");
  check(create("Other", "default"), "name-taken", "\"id\":1");
  check(rename(2, "Contacts"), "title-taken", "\"id\":1");
  check(rename(default_book, "work"), "title-taken", "\"id\":2");
  EXPECT_EQ(rename(2, "WORK").value().title, "WORK") << "its own";
  ASSERT_TRUE(rename(default_book, "Mine"));
  EXPECT_TRUE(create("Contacts"));
}

TEST_P(AddressBooks, AnAccountHasAtMostFiftyBooks) {
  for (int i = 2; i <= books_max; ++i) add("Book " + std::to_string(i));
  const auto refused = create("One more");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::forbidden);
  EXPECT_EQ(refused.error().slug, "too-many-books");
  ASSERT_TRUE(remove(7));
  EXPECT_EQ(create("One more").value().id, books_max + 1) << "numbers are not used again";
}

TEST_P(AddressBooks, ConcurrentCreationsStopAtTheLimitAndHaveTheirOwnNumbers) {
  constexpr int left = 5;
  for (int i = 2; i <= books_max - left; ++i) add("Book " + std::to_string(i));
  std::vector<std::future<Result<Book>>> running;
  for (int i = 0; i < 2 * left; ++i) {
    NewBook book;
    book.title = i % 2 == 0 ? "Same" : "New " + std::to_string(i);
    running.push_back(
        asio::co_spawn(loop_, books_.create(owner_, std::move(book)), asio::use_future));
  }
  loop_.restart();
  loop_.run();
  std::vector<std::int64_t> numbers;
  for (auto& each : running) {
    const auto result = each.get();
    if (result) numbers.push_back(result->id);
    if (!result) EXPECT_THAT(result.error().slug, testing::AnyOf("title-taken", "too-many-books"));
  }
  std::ranges::sort(numbers);
  EXPECT_THAT(numbers, ElementsAre(46, 47, 48, 49, 50));
  EXPECT_EQ(all().size(), static_cast<std::size_t>(books_max));
}

TEST_P(AddressBooks, ARepeatedCreationReturnsTheFirst) {
  NewBook book;
  book.title = "Work";
  const auto first = run(books_.create(owner_, book)).value();
  const auto again = run(books_.create(owner_, book, true)).value();
  EXPECT_EQ(again.id, first.id);
  EXPECT_EQ(again.revision, first.revision);
  EXPECT_EQ(run(books_.create(owner_, book)).error().slug, "title-taken");
  book.description = "another";
  EXPECT_EQ(run(books_.create(owner_, book, true)).error().slug, "title-taken");
  EXPECT_EQ(all().size(), 2U);
}

TEST_P(AddressBooks, AChangeRaisesTheRevisionOnceAndChecksIt) {
  const Book work = create("Work").value();
  EXPECT_EQ(rename(work.id, "Work").value().revision, work.revision) << "nothing changed";
  const Book renamed = rename(work.id, "Office", {work.revision}).value();
  EXPECT_EQ(renamed.revision, work.revision + 1);
  EXPECT_EQ(renamed.name, "work");
  const auto stale = rename(work.id, "Desk", {work.revision});
  ASSERT_FALSE(stale);
  EXPECT_EQ(stale.error().code, Errc::precondition_failed);
  EXPECT_THAT(stale.error().members, HasSubstr("\"title\":\"Office\""));
  EXPECT_EQ(remove(work.id, {work.revision}).error().code, Errc::precondition_failed);
  EXPECT_EQ(rename(9, "x").error().code, Errc::not_found);
  EXPECT_EQ(remove(9).error().code, Errc::not_found);
}

TEST_P(AddressBooks, ADeletedBookTakesItsContactsToTheTrashAndAnUndoBringsAllBack) {
  constexpr int count = 450;  // more than a piece
  const std::int64_t work = add("Work");
  fill(default_book, 2);
  fill(work, count);
  ASSERT_TRUE(remove(work));
  EXPECT_THAT(all(), ElementsAre("1 default Contacts 2"));
  EXPECT_EQ(living(), "2");
  EXPECT_EQ(fresh_.value("select count(distinct change_group) from contact_changes "
                         "where kind = 'deleted'"),
            "1");
  EXPECT_EQ(fresh_.value("select count(*) from dav_gone where book = 2"), std::to_string(count));
  EXPECT_EQ(run(books_.get(owner_, work)).error().code, Errc::not_found);
  EXPECT_EQ(undo().undone, count);
  EXPECT_THAT(all(), ElementsAre("1 default Contacts 2", "2 work Work " + std::to_string(count)));
}

TEST_P(AddressBooks, AnEmptyBookIsDeletedWithoutAChangeOfContacts) {
  const std::int64_t work = add("Work");
  ASSERT_TRUE(remove(work));
  EXPECT_EQ(fresh_.value("select count(*) from contact_changes"), "0");
  EXPECT_EQ(add("Work"), 3);
  EXPECT_THAT(all(), ElementsAre("1 default Contacts 0", "3 work-2 Work 0"));
}

TEST_P(AddressBooks, ABookThatComesBackGetsAFreeTitleAndName) {
  const std::int64_t work = create("Work", "work").value().id;
  const ContactId id = fill(work, 1).front();
  ASSERT_TRUE(remove(work));
  ASSERT_TRUE(create("Work", "work"));
  EXPECT_TRUE(apply(owner_, ChangeKind::restored, id));
  EXPECT_THAT(all(), ElementsAre("1 default Contacts 0", "2 work-2 Work (2) 1", "3 work Work 0"));
}

TEST_P(AddressBooks, ABookThatWouldBeOneTooManyDoesNotComeBack) {
  const std::int64_t work = add("Work");
  const ContactId id = fill(work, 1).front();
  ASSERT_TRUE(remove(work));
  for (int i = 2; i <= books_max; ++i) add("Book " + std::to_string(i));
  EXPECT_EQ(apply(owner_, ChangeKind::restored, id).error().slug, "too-many-books");
  EXPECT_EQ(run(trash_.restore_since(owner_, {}, origin(owner_))).error().slug, "too-many-books");
}

TEST_P(AddressBooks, AContactOfAForgottenBookIsRestoredToTheDefaultBook) {
  const ContactId id = fill(add("Work"), 1).front();
  ASSERT_TRUE(remove(2));
  EXPECT_EQ(run(purge_books(*store_, now())).value(), 0) << "the trash has a contact of it";
  fresh_.value("delete from books");
  ASSERT_TRUE(apply(owner_, ChangeKind::restored, id));
  EXPECT_THAT(all(), ElementsAre("1 default Contacts 1"));
}

TEST_P(AddressBooks, UndoOfAMoveBringsTheBookBack) {
  const std::int64_t work = add("Work");
  const ContactId id = fill(work, 1).front();
  ASSERT_TRUE(run(contacts_.apply(owner_, {.id = id, .change = named("N"), .book = default_book},
                                  origin(owner_))));
  ASSERT_TRUE(remove(work));
  EXPECT_EQ(undo().undone, 1);
  EXPECT_THAT(all(), ElementsAre("1 default Contacts 0", "2 work Work 1"));
}

TEST_P(AddressBooks, ADeletionThatFailsHalfWayContinuesInTheSameChangeGroup) {
  constexpr int count = 1000;
  const std::int64_t work = add("Work");
  fill(work, count);
  store::WatchedStore dying(*store_);
  Contacts contacts(dying, rules_);
  Books books(dying, contacts);
  for (const int writes : {0, 1, 3, 4}) {
    dying.writes_left = writes;
    const auto failed = run(books.remove(owner_, {work, {}}, origin(owner_)));
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, Errc::unavailable);
    EXPECT_EQ(all().size(), 2U) << "the book exists with the rest of its contacts";
  }
  EXPECT_LT(std::stoi(living()), count);
  ASSERT_TRUE(remove(work));
  EXPECT_EQ(living(), "0");
  EXPECT_EQ(undo().undone, count);
  EXPECT_THAT(all(), testing::Contains("2 work Work " + std::to_string(count)));
}

TEST_P(AddressBooks, AContactThatComesDuringADeletionIsDeletedToo) {
  const std::int64_t work = add("Work");
  fill(work, 3);
  store::WatchedStore watched(*store_);
  Contacts contacts(watched, rules_);
  Books books(watched, contacts);
  int writes = 0;
  watched.before_write = [&] {
    if (++writes != 2) return;  // the book is about to be marked
    fresh_.value("update contacts set deleted_at = null, rev = 100, card_rev = 100");
    fresh_.value("update account_rev set rev = 100");
  };
  ASSERT_TRUE(run(books.remove(owner_, {work, {}}, origin(owner_))));
  EXPECT_EQ(living(), "0");
  EXPECT_THAT(all(), ElementsAre("1 default Contacts 0"));
}

TEST_P(AddressBooks, OldDeletedBooksArePurged) {
  const ContactId id = fill(add("Work"), 1).front();
  add("Home");
  ASSERT_TRUE(remove(2));
  ASSERT_TRUE(remove(3));
  EXPECT_EQ(run(purge_books(*store_, {0})).value(), 0);
  EXPECT_EQ(run(purge_books(*store_, now())).value(), 1) << "the trash needs the other";
  ASSERT_TRUE(run(trash_.erase(owner_, {.id = id})));
  EXPECT_EQ(run(purge_books(*store_, now())).value(), 1);
  EXPECT_EQ(fresh_.value("select count(*) from books"), "0");
}

TEST_P(AddressBooks, ADeletedAccountHasNone) {
  NewBook book;
  book.title = "Work";
  const auto refused = run(books_.create(AccountId::make(now()), book));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::unauthenticated);
}

INSTANTIATE_TEST_SUITE_P(Databases, AddressBooks, testing::ValuesIn(test::database_kinds()),
                         test::kind_name);

}  // namespace
}  // namespace kith::contacts
