#include "contacts/write/place.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contacts/write/purge.hpp"
#include "testing/cards_fixture.hpp"
#include "testing/watched_store.hpp"

/// Tests the address books of contacts, and the URLs that they leave behind.
namespace kith::contacts {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// Selects the URLs that ended to exist, in the order of their revisions.
const store::Query all_gone("test.all_gone",
                            "select book, rev, resource from dav_gone where account_id = $1 "
                            "order by rev");
const store::Query delete_book("test.delete_book",
                               "update books set deleted_at = 1 where account_id = $1 "
                               "and number = $2");

constexpr std::int64_t work = 2;

class Places : public Cards {
 protected:
  Places() { add_book(owner_, work); }

  static Change keeping() {
    return [](const StoredContact* current) { return current->card(); };
  }

  Operation move_to(ContactId id, std::int64_t book) const {
    return {.id = id, .change = keeping(), .book = book};
  }

  ContactId add_simple(std::optional<std::int64_t> book = std::nullopt) {
    const ContactId id = ContactId::make(now());
    EXPECT_TRUE(apply({.kind = ChangeKind::created,
                       .id = id,
                       .change = named("Ann"),
                       .has_new_id = true,
                       .book = book}));
    return id;
  }

  ContactId add_at(const std::string& resource, const std::string& uid, std::int64_t book) {
    const ContactId id = ContactId::make(now());
    EXPECT_TRUE(apply({.kind = ChangeKind::created,
                       .id = id,
                       .change = replacing(vcard_of("UID:" + uid + "|N:;Ann;;;|NOTE:x|X-A:b|")),
                       .book = book,
                       .resource = resource}));
    return id;
  }

  std::int64_t book_of(ContactId id) {
    return run(contacts_.get_card(owner_, id)).value().columns.book;
  }

  void delete_work() {
    EXPECT_TRUE(run(store_->write_one(owner_, delete_book, values(owner_, work))));
  }

  /// Rows of `dav_gone` as "book resource".
  std::vector<std::string> gone() {
    const auto rows = run(store_->read(all_gone, values(owner_))).value();
    std::vector<std::string> out;
    for (std::size_t row = 0; row < rows.size(); ++row) {
      out.push_back(std::to_string(store::read_column<int>(rows, "book", row)) + ' ' +
                    store::read_column<std::string>(rows, "resource", row));
    }
    return out;
  }
};

TEST_P(Places, AContactIsCreatedInABook) {
  EXPECT_EQ(book_of(add_simple(work)), work);
  EXPECT_EQ(book_of(add_simple(default_book)), default_book);
  EXPECT_EQ(book_of(add_simple()), default_book);
  EXPECT_THAT(gone(), IsEmpty());
}

TEST_P(Places, AnUnknownOrDeletedBookIsRefused) {
  const ContactId id = add_simple();
  const auto check = [&](const Operation& operation) {
    const auto refused = apply(operation);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::invalid);
    ASSERT_EQ(refused.error().fields.size(), 1U);
    EXPECT_EQ(refused.error().fields.front().field, "book");
  };
  check(move_to(id, 3));
  check({.kind = ChangeKind::created,
         .id = ContactId::make(now()),
         .change = named("Eve"),
         .has_new_id = true,
         .book = 3});
  const AccountId other = new_account();
  add_book(other, 3);
  check(move_to(id, 3));
  delete_work();
  check(move_to(id, work));
  EXPECT_EQ(count("contacts"), "1");
}

TEST_P(Places, ABookThatIsDeletedMeanwhileIsRefused) {
  store::WatchedStore watched(*store_);
  Contacts contacts(watched, rules_);
  const ContactId id = add_simple();
  bool is_first = true;
  watched.before_write = [&] {
    if (std::exchange(is_first, false)) {
      fresh_.value("update books set deleted_at = 1 where number = 2");
    }
  };
  const std::vector<Operation> operations{move_to(id, work),
                                          {.id = add_simple(), .change = named("Eve")}};
  const auto results = run(contacts.apply_all(owner_, operations, origin(owner_)));
  ASSERT_FALSE(results[0]);
  EXPECT_EQ(results[0].error().code, Errc::invalid);
  EXPECT_TRUE(results[1]) << "it enters no book";
  EXPECT_EQ(book_of(id), default_book);
  EXPECT_THAT(gone(), IsEmpty());
}

TEST_P(Places, AMoveIsOneChangeThatUndoAndRevertTakeBack) {
  const ContactId id = add(jane);
  const std::int64_t before = run(contacts_.get(owner_, id)).value().revision;
  ASSERT_TRUE(apply(move_to(id, work)));
  EXPECT_EQ(run(contacts_.get(owner_, id)).value().revision, before + 1);
  EXPECT_EQ(fact(id, "card_rev"), std::to_string(before + 1));
  EXPECT_EQ(apply(move_to(id, work)).value().revision, before + 1) << "it is there already";
  EXPECT_EQ(run(history_.undo(owner_, {}, origin(owner_))).value().undone, 1);
  EXPECT_EQ(book_of(id), default_book);
  ASSERT_TRUE(apply(move_to(id, work)));
  EXPECT_TRUE(run(history_.revert(owner_, {.id = id}, before, origin(owner_))));
  EXPECT_EQ(book_of(id), default_book);
  EXPECT_EQ(bytes_of(id), jane);
}

TEST_P(Places, AUidThatIsTakenThereIsRefused) {
  const ContactId id = add(jane);
  const ContactId holder = add_at("jane.vcf", "jane-1", work);
  const auto refused = apply(move_to(id, work));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().slug, "uid-taken");
  EXPECT_THAT(refused.error().members, testing::HasSubstr(holder.to_string()));
  const ContactId simple = add_simple();
  add_at("simple.vcf", simple.to_string(), work);
  EXPECT_EQ(apply(move_to(simple, work)).error().slug, "uid-taken") << "its id is its UID";
}

TEST_P(Places, AResourceNameThatIsTakenThereIsReplaced) {
  const ContactId id = add_at("jane.vcf", "a", default_book);
  add_at("jane.vcf", "b", work);
  ASSERT_TRUE(apply(move_to(id, work)));
  EXPECT_EQ(fact(id, "resource"), "null");
  EXPECT_EQ(fact(id, "uid"), "a");
  EXPECT_EQ(run(history_.undo(owner_, {}, origin(owner_))).value().undone, 1);
  EXPECT_EQ(fact(id, "resource"), "jane.vcf");
  Operation insisting = move_to(id, work);
  insisting.resource = "jane.vcf";
  EXPECT_EQ(apply(insisting).error().slug, "resource-taken");
}

TEST_P(Places, ContactsOfOneBatchMayHaveTheSameResourceName) {
  add_book(owner_, 3);
  const std::vector<ContactId> ids{add_at("x.vcf", "a", default_book), add_at("x.vcf", "b", work)};
  const std::vector<Operation> operations{move_to(ids[0], 3), move_to(ids[1], 3)};
  const auto results = run(contacts_.apply_all(owner_, operations, origin(owner_)));
  EXPECT_TRUE(results[0] && results[1]);
  EXPECT_EQ(fact(ids[0], "resource"), "x.vcf");
  EXPECT_EQ(fact(ids[1], "resource"), "null");
  EXPECT_EQ(book_of(ids[1]), 3);
}

TEST_P(Places, AnUndoGivesANewResourceNameIfTheOldOneIsTaken) {
  const ContactId id = add_at("x.vcf", "a", default_book);
  ASSERT_TRUE(apply(move_to(id, work)));
  const std::int64_t moved = run(contacts_.get(owner_, id)).value().revision;
  add_at("x.vcf", "b", default_book);
  EXPECT_TRUE(run(history_.revert(owner_, {.id = id}, moved - 1, origin(owner_))));
  EXPECT_EQ(book_of(id), default_book);
  EXPECT_EQ(fact(id, "resource"), "null");
}

TEST_P(Places, EachUrlThatEndsToExistIsNoted) {
  const ContactId id = add_at("a.vcf", "a", default_book);
  const ContactId simple = add_simple();
  const std::string own = simple.to_string() + ".vcf";
  ASSERT_TRUE(apply({.id = id, .change = named("Eve")}));
  ASSERT_TRUE(apply({.id = simple, .change = named("Eve")}));
  EXPECT_THAT(gone(), IsEmpty()) << "creations and edits leave no URL";
  ASSERT_TRUE(apply(move_to(id, work)));
  EXPECT_THAT(gone(), ElementsAre("1 a.vcf"));
  Operation renaming = move_to(id, work);
  renaming.resource = "b.vcf";
  ASSERT_TRUE(apply(renaming));
  ASSERT_TRUE(apply({.kind = ChangeKind::deleted, .id = id}));
  ASSERT_TRUE(apply({.kind = ChangeKind::deleted, .id = simple}));
  const auto all = ElementsAre("1 a.vcf", "2 a.vcf", "2 b.vcf", "1 " + own);
  EXPECT_THAT(gone(), all);
  EXPECT_EQ(fresh_.value("select max(rev) from dav_gone"),
            fresh_.value("select rev from account_rev"))
      << "it has the revision of the change";
  ASSERT_TRUE(apply({.kind = ChangeKind::restored, .id = simple}));
  ASSERT_TRUE(run(trash_.erase(owner_, {.id = id})));
  EXPECT_THAT(gone(), all) << "neither restoring nor erasing changes them";
  ASSERT_TRUE(apply({.kind = ChangeKind::deleted, .id = simple}));
  EXPECT_EQ(gone().size(), 5U);
}

TEST_P(Places, AWriteThatLostARaceNotesNoUrl) {
  store::WatchedStore watched(*store_);
  Contacts contacts(watched, rules_);
  const ContactId id = add_simple();
  const std::int64_t seen = run(contacts_.get(owner_, id)).value().revision;
  watched.before_write = [&] {
    fresh_.value("update contacts set rev = rev + 1");
    fresh_.value("update account_rev set rev = rev + 1");
  };
  EXPECT_FALSE(run(contacts.apply(owner_, {.kind = ChangeKind::deleted, .id = id, .seen = {seen}},
                                  origin(owner_))));
  EXPECT_THAT(gone(), IsEmpty());
}

TEST_P(Places, OldUrlsArePurgedAndInvalidateOldTokens) {
  constexpr int many = 600;  // more than fit in one transaction
  std::vector<Operation> operations;
  for (int i = 0; i < many; ++i) {
    operations.push_back({.kind = ChangeKind::created,
                          .id = ContactId::make(now()),
                          .change = named("N"),
                          .book = i % 2 == 0 ? default_book : work});
  }
  (void)run(contacts_.apply_all(owner_, operations, origin(owner_)));
  const std::string token = run(changes_.since(owner_, {{}, 1000}))->next_token;
  for (Operation& each : operations) each.kind = ChangeKind::deleted;
  const Time before = now();
  (void)run(contacts_.apply_all(owner_, std::span(operations).first(550), origin(owner_)));
  EXPECT_EQ(run(purge_gone_urls(*store_, before)).value(), 0);
  const Time later = now();
  (void)run(contacts_.apply_all(owner_, std::span(operations).subspan(550), origin(owner_)));
  EXPECT_EQ(run(purge_gone_urls(*store_, later)).value(), 550);
  EXPECT_EQ(run(purge_gone_urls(*store_, later)).value(), 0);
  EXPECT_EQ(gone().size(), 50U);
  EXPECT_EQ(run(changes_.since(owner_, {token, 10})).error().code, Errc::gone);
}

INSTANTIATE_TEST_SUITE_P(Databases, Places, testing::ValuesIn(test::database_kinds()),
                         test::kind_name);

}  // namespace
}  // namespace kith::contacts
