#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contacts/read/lists.hpp"
#include "contacts/write/contacts.hpp"
#include "contacts/write/history.hpp"
#include "contacts/write/trash.hpp"
#include "json/write.hpp"
#include "store/rows.hpp"
#include "testing/store_fixture.hpp"

/// Tests pages of contacts of any size: each item comes once, in order, and no page is too large.
namespace kith::contacts {
namespace {

using store::values;
using testing::IsEmpty;

/// Upper bound for the error of the estimated page size: names and values of other columns.
constexpr std::size_t page_json_max = limits::page_bytes_max + 64 * 1024;

const store::Query insert_paged_book(
    "test.insert_paged_book",
    "insert into books (account_id, number, name, title, rev) values ($1, $2, $3, $3, 0)");

class ContactsPages : public test::StoreFixture {
 protected:
  Origin origin() {
    return {.actor = owner_, .source = Source::api, .at = {start_.micros + 1000 * ++ticks_}};
  }

  int pick(int count) { return static_cast<int>(random_() % static_cast<unsigned>(count)); }

  /// Mostly small, sometimes of the maximum size, with four-byte characters or escapes.
  std::optional<std::string> pick_notes() {
    constexpr std::size_t chars_max = limits::notes_chars_max;
    std::string notes;
    switch (pick(4)) {
      case 0: return std::nullopt;
      case 1: return "a note " + std::to_string(pick(1000));
      case 2:
        for (std::size_t i = 0; i < chars_max; ++i) notes += "🎂";
        return notes;
      default: return std::string(chars_max - static_cast<std::size_t>(pick(100)), '"');
    }
  }

  Result<Contact> apply(ChangeKind kind, ContactId id, const ContactFields& fields = {}) {
    Operation operation{.kind = kind, .id = id, .change = [&](const Contact*) {
                          return Result<ContactFields>(fields);
                        }};
    return run(contacts_.apply(owner_, std::move(operation), origin()));
  }

  /// Creates contacts, some of them favourites, with birthdays within a few days.
  std::set<ContactId> make_contacts(int count) {
    std::set<ContactId> made;
    for (int i = 0; i < count; ++i) {
      ContactFields fields;
      fields.first_name = "N" + std::to_string(pick(20));
      fields.favorite = pick(3) == 0;
      fields.birthday = Birthday{.year = 1990, .month = pick(2) == 0 ? 12 : 1, .day = 1 + pick(9)};
      fields.notes = pick_notes();
      const auto id = ContactId::make(origin().at);
      EXPECT_TRUE(apply(ChangeKind::created, id, fields));
      made.insert(id);
    }
    return made;
  }

  /// Reads all pages of a list with `read_page(cursor)` and checks their sizes.
  template <class ReadPage>
  auto read_all(const ReadPage& read_page) {
    auto slice = read_page(std::nullopt).value();
    auto items = std::move(slice.items);
    int pages = 1;
    for (; slice.next_cursor; ++pages) {
      slice = read_page(slice.next_cursor).value();
      EXPECT_FALSE(slice.items.empty());
      const bool fits = json::to_json(slice.items).size() <= page_json_max;
      EXPECT_TRUE(fits || slice.items.size() == 1) << slice.items.size();
      std::ranges::move(slice.items, std::back_inserter(items));
    }
    EXPECT_GT(pages, 1);
    return items;
  }

  void add_books(const std::vector<std::int64_t>& numbers) {
    for (const std::int64_t number : numbers) {
      const std::string name = "book-" + std::to_string(number);
      EXPECT_TRUE(run(store_->write_one(owner_, insert_paged_book, values(owner_, number, name))));
    }
  }

  void move(ContactId id, std::int64_t book) {
    Operation operation{.kind = ChangeKind::changed,
                        .id = id,
                        .change = [](const Contact* it) { return Result<ContactFields>(*it); },
                        .book = book};
    EXPECT_TRUE(run(contacts_.apply(owner_, std::move(operation), origin())));
    book_of_[id] = book;
  }

  /// Returns those of `ids` that were moved to `book`.
  std::vector<ContactId> within(std::int64_t book, std::vector<ContactId> ids) {
    std::erase_if(ids, [&](const ContactId& id) { return book_of_.at(id) != book; });
    EXPECT_FALSE(ids.empty());
    return ids;
  }

  /// Returns the contacts of all pages of a list.
  std::vector<ContactId> list_of(ListRequest request) {
    return all_pages(request, [&] { return run(lists_.list(owner_, request)); });
  }

  std::vector<ContactId> birthdays_of(BirthdayRequest request) {
    return all_pages(request, [&] { return run(lists_.birthdays(owner_, request, start_)); });
  }

  template <class Request, class Read>
  static std::vector<ContactId> all_pages(Request& request, const Read& read) {
    std::vector<ContactId> ids;
    do {
      auto slice = read().value();
      for (const auto& each : slice.items) ids.push_back(each.id);
      request.cursor = std::move(slice.next_cursor);
    } while (request.cursor);
    return ids;
  }

  template <class T>
  static std::set<ContactId> ids_of(const std::vector<T>& items) {
    std::set<ContactId> ids;
    for (const T& item : items) ids.insert(item.id);
    EXPECT_EQ(ids.size(), items.size());  // no duplicates
    return ids;
  }

  const AccountId owner_ = new_account();
  ContactRules rules_;
  CursorCodec cursors_{"a key"};
  Contacts contacts_{*store_, rules_};
  ContactLists lists_{*store_, cursors_};
  Trash trash_{*store_, contacts_, cursors_};
  History history_{*store_, contacts_, cursors_};
  std::mt19937 random_{7};  // NOLINT: the same each time

  static constexpr Time start_{1'798'700'000'000'000};  // 2026-12-31

 private:
  std::int64_t ticks_ = 0;
  std::map<ContactId, std::int64_t> book_of_;
};

TEST_P(ContactsPages, OfListsHaveEachContactOnceInOrder) {
  const auto made = make_contacts(160);
  for (const Sort sort : {Sort::favorites, Sort::name, Sort::created, Sort::updated}) {
    for (const int limit : {3, 50, 500}) {
      const auto read_page = [&](std::optional<std::string> cursor) {
        ListRequest request{.sort = sort, .favorite = {}, .cursor = {}, .limit = limit};
        request.cursor = std::move(cursor);
        return run(lists_.list(owner_, request));
      };
      const auto items = read_all(read_page);
      EXPECT_EQ(ids_of(items), made);
      if (sort == Sort::created) {
        EXPECT_TRUE(std::ranges::is_sorted(items, std::ranges::greater(), &Contact::created_at));
      }
    }
  }
}

TEST_P(ContactsPages, OfABookAreThoseOfAllWithoutTheOthers) {
  add_books({2, 3});
  const auto made = make_contacts(60);
  for (const ContactId& id : made) move(id, 1 + pick(2));
  for (const Sort sort : {Sort::favorites, Sort::name, Sort::created, Sort::updated}) {
    for (const std::optional<bool> favorite : {std::optional<bool>(), {true}, {false}}) {
      const auto all = list_of({.sort = sort, .favorite = favorite, .limit = 500});
      for (const std::int64_t book : {1, 2}) {
        EXPECT_EQ(list_of({.sort = sort, .favorite = favorite, .book = book, .limit = 3}),
                  within(book, all));
      }
      EXPECT_THAT(list_of({.sort = sort, .favorite = favorite, .book = 3}), IsEmpty());
    }
  }
}

TEST_P(ContactsPages, OfBirthdaysOfABookAreThoseOfAllWithoutTheOthers) {
  add_books({2, 3});
  const auto made = make_contacts(60);
  for (const ContactId& id : made) move(id, 1 + pick(2));
  const auto all = birthdays_of({.days = 366, .limit = 500});
  EXPECT_EQ(all.size(), made.size());
  for (const std::int64_t book : {1, 2}) {
    EXPECT_EQ(birthdays_of({.days = 366, .book = book, .limit = 3}), within(book, all));
  }
  EXPECT_THAT(birthdays_of({.days = 366, .book = 3}), IsEmpty());
}

TEST_P(ContactsPages, ACursorOfOneBookIsRefusedForAnother) {
  add_books({2});
  make_contacts(4);
  const auto page = run(lists_.list(owner_, {.book = 1, .limit = 1})).value();
  for (const std::optional<std::int64_t> book : {std::optional<std::int64_t>(), {2}}) {
    const auto refused = run(lists_.list(owner_, {.book = book, .cursor = page.next_cursor}));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::malformed);
  }
}

TEST_P(ContactsPages, OfFavoritesAreComplete) {
  make_contacts(160);
  for (const bool favorite : {true, false}) {
    const auto items = read_all([&](std::optional<std::string> cursor) {
      return run(lists_.list(
          owner_,
          {.favorite = favorite, .cursor = std::move(cursor), .limit = favorite ? 10 : 500}));
    });
    for (const Contact& each : items) EXPECT_EQ(each.favorite, favorite);
  }
}

TEST_P(ContactsPages, OfBirthdaysContinueOverTheEndOfTheYear) {
  const auto made = make_contacts(160);
  for (const int limit : {7, 500}) {
    const auto items = read_all([&](std::optional<std::string> cursor) {
      BirthdayRequest request;
      request.days = 366;
      request.cursor = std::move(cursor);
      request.limit = limit;
      return run(lists_.birthdays(owner_, request, start_));
    });
    EXPECT_EQ(ids_of(items), made);
    EXPECT_TRUE(std::ranges::is_sorted(items, {}, &UpcomingBirthday::days_left));
  }
}

TEST_P(ContactsPages, OfTheTrashHaveEachContactOnce) {
  const auto made = make_contacts(120);
  for (const ContactId& id : made) ASSERT_TRUE(apply(ChangeKind::deleted, id));
  for (const int limit : {7, 500}) {
    const auto items = read_all([&](std::optional<std::string> cursor) {
      return run(trash_.list(owner_, {std::move(cursor), limit}));
    });
    EXPECT_EQ(ids_of(items), made);
    EXPECT_TRUE(std::ranges::is_sorted(items, std::ranges::greater(), &TrashedContact::deleted_at));
  }
}

/// Returns the differences between the versions of a contact, newest first.
std::vector<std::string> differences_of(const std::vector<Contact>& versions) {
  std::vector<std::string> all;
  for (std::size_t i = versions.size() - 1; i > 0; --i) {
    std::string text = std::to_string(versions[i].revision);
    ContactFields::fields().for_each([&](const auto& field) {
      const auto& before = versions[i - 1].*field.member;
      const auto& after = versions[i].*field.member;
      if (before == after) return;
      text += '|' + json::to_json(std::string(field.name)) + json::to_json(before) +
              json::to_json(after);
    });
    all.push_back(text);
  }
  all.push_back(std::to_string(versions[0].revision));
  return all;
}

std::string text_of(const HistoryEntry& entry) {
  std::string text = std::to_string(entry.revision);
  for (const FieldDifference& each : entry.differences) {
    text += '|' + json::to_json(each.field) + each.before.text + each.after.text;
  }
  return text;
}

class HistoryPages : public ContactsPages {
 protected:
  /// Changes random fields of the contact and records its versions.
  void change() {
    ContactFields fields = versions_.back();
    if (pick(2) == 0) fields.first_name = "N" + std::to_string(pick(1000));
    if (pick(5) == 0) fields.phone = "+49 30 " + std::to_string(pick(1000));
    if (pick(8) == 0) fields.favorite = !fields.favorite.value_or(false);
    if (pick(3) == 0) fields.notes = pick_notes();
    const auto changed = apply(ChangeKind::changed, versions_.back().id, fields);
    ASSERT_TRUE(changed);
    if (changed->revision != versions_.back().revision) versions_.push_back(*changed);
  }

  void begin() {
    ContactFields fields;
    fields.last_name = "Krüger";
    const auto id = ContactId::make(origin().at);
    versions_ = {apply(ChangeKind::created, id, fields).value()};
  }

  Result<Slice<HistoryEntry>> page(std::optional<std::string> cursor, int limit) {
    return run(history_.list(owner_, versions_.back().id, {std::move(cursor), limit}));
  }

  std::vector<Contact> versions_;
};

TEST_P(HistoryPages, ShowTheDifferencesOfEachChange) {
  begin();
  for (int i = 0; i < 250; ++i) change();
  for (const int limit : {1, 20, 500}) {
    std::vector<std::string> told;
    const auto read_page = [&](std::optional<std::string> cursor) {
      return page(std::move(cursor), limit);
    };
    for (const HistoryEntry& entry : read_all(read_page)) told.push_back(text_of(entry));
    EXPECT_EQ(told, differences_of(versions_)) << limit;
  }
}

TEST_P(HistoryPages, AreStableUnderConcurrentChanges) {
  begin();
  for (int i = 0; i < 60; ++i) change();
  const auto expected = differences_of(versions_);
  std::vector<std::string> told;
  std::optional<std::string> cursor;
  do {
    const auto slice = page(cursor, 7).value();
    for (const HistoryEntry& entry : slice.items) told.push_back(text_of(entry));
    cursor = slice.next_cursor;
    for (int i = pick(40); i > 0; --i) change();
  } while (cursor);
  EXPECT_EQ(told, expected);
}

const store::Query forget_changes("test.pages_forget",
                                  "delete from contact_changes where account_id = $1 and rev < $2");

TEST_P(HistoryPages, EndAtPurgedChanges) {
  begin();
  for (int i = 0; i < 40; ++i) change();
  const auto slice = page(std::nullopt, 10).value();
  ASSERT_TRUE(slice.next_cursor);
  const std::int64_t known = versions_[versions_.size() - 15].revision;
  ASSERT_TRUE(run(store_->write_one(owner_, forget_changes, values(owner_, known))));
  const auto rest = page(slice.next_cursor, 10).value();
  EXPECT_EQ(rest.items.size(), 5U);
  EXPECT_FALSE(rest.next_cursor);
  const std::int64_t all = versions_.back().revision + 1;
  ASSERT_TRUE(run(store_->write_one(owner_, forget_changes, values(owner_, all))));
  EXPECT_THAT(page(slice.next_cursor, 10).value().items, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Databases, ContactsPages, testing::ValuesIn(test::database_kinds()),
                         test::kind_name);
INSTANTIATE_TEST_SUITE_P(Databases, HistoryPages, testing::ValuesIn(test::database_kinds()),
                         test::kind_name);

}  // namespace
}  // namespace kith::contacts
