#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/cards_fixture.hpp"

/// Tests that UIDs and URLs of cards are unique in an address book.
namespace kith::contacts {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class CardNames : public Cards {};

TEST_P(CardNames, AUidIsUniqueInABook) {
  const ContactId id = add(jane);
  add_book(owner_, 2);
  const std::string other = vcard_of("UID:jane-1|N:;Eve;;;|");
  const auto refused = put(ContactId::make(now()), other, ChangeKind::created);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::conflict);
  EXPECT_EQ(refused.error().slug, "uid-taken");
  EXPECT_THAT(refused.error().members, HasSubstr(id.to_string()));
  EXPECT_TRUE(apply({.kind = ChangeKind::created,
                     .id = ContactId::make(now()),
                     .change = replacing(other),
                     .book = 2}));
  // The id of a contact is its UID until it has another.
  const ContactId simple = ContactId::make(now());
  apply(owner_, ChangeKind::created, simple, "Ann");
  EXPECT_FALSE(put(ContactId::make(now()), vcard_of("UID:" + simple.to_string() + "|N:;Ann;;;|"),
                   ChangeKind::created));
  EXPECT_TRUE(put(simple, vcard_of("UID:" + simple.to_string() + "|N:;Ann;;;|NOTE:x|")));
}

TEST_P(CardNames, ARestoredContactMustNotHaveAUidThatIsTaken) {
  const ContactId id = add(jane);
  apply({.kind = ChangeKind::deleted, .id = id});
  add(jane);
  const auto refused = apply({.kind = ChangeKind::restored, .id = id});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().slug, "uid-taken");
  EXPECT_EQ(run(trash_.restore_since(owner_, {}, origin(owner_))).value(), 0);
}

TEST_P(CardNames, ARestoredContactGetsANewUrlIfItsOwnIsTaken) {
  const auto add_at = [&](const std::string& bytes) {
    const ContactId id = ContactId::make(now());
    EXPECT_TRUE(apply({.kind = ChangeKind::created,
                       .id = id,
                       .change = replacing(bytes),
                       .resource = "jane.vcf"}));
    return id;
  };
  const ContactId id = add_at(jane);
  EXPECT_EQ(fact(id, "resource"), "jane.vcf");
  apply({.kind = ChangeKind::deleted, .id = id});
  add_at(vcard_of("UID:other|N:;Eve;;;|"));
  EXPECT_TRUE(apply({.kind = ChangeKind::restored, .id = id}));
  EXPECT_EQ(fact(id, "resource"), "null");
}

TEST_P(CardNames, OneTakenUidDoesNotStopTheOthersOfABatch) {
  std::vector<Operation> operations;
  for (const char* uid : {"a", "b", "a", "c"}) {
    operations.push_back({.kind = ChangeKind::created,
                          .id = ContactId::make(now()),
                          .change = replacing(vcard_of("UID:" + std::string(uid) + "|N:;X;;;|"))});
  }
  const auto results = run(contacts_.apply_all(owner_, operations, origin(owner_)));
  EXPECT_TRUE(results[0] && results[1] && results[3]);
  ASSERT_FALSE(results[2]);
  EXPECT_EQ(results[2].error().slug, "uid-taken");
  EXPECT_EQ(count("cards"), "3");
}

TEST_P(CardNames, UndoMovesACardBackToItsBookAndUrl) {
  const ContactId id = add(jane);
  add_book(owner_, 2);
  EXPECT_TRUE(apply({.id = id,
                     .change = [](const StoredContact* current) { return current->card(); },
                     .book = 2,
                     .resource = "moved.vcf"}));
  EXPECT_EQ(fact(id, "resource"), "moved.vcf");
  EXPECT_EQ(fact(id, "card_rev"), fact(id, "rev"));
  const auto page = run(history_.list(owner_, id, {.cursor = {}, .limit = 10})).value();
  EXPECT_THAT(page.items.front().differences, IsEmpty());
  EXPECT_EQ(run(history_.undo(owner_, {}, origin(owner_))).value().undone, 1);
  EXPECT_EQ(fact(id, "resource"), "null");
  EXPECT_EQ(run(contacts_.get_card(owner_, id)).value().columns.book, default_book);
  EXPECT_EQ(bytes_of(id), jane);
}

INSTANTIATE_TEST_SUITE_P(Databases, CardNames, testing::ValuesIn(test::database_kinds()),
                         test::kind_name);

}  // namespace
}  // namespace kith::contacts
