#include "contacts/write/account_size.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contacts/write/history_bytes.hpp"
#include "testing/cards_fixture.hpp"

namespace kith::contacts {
namespace {

class AccountSizes : public Cards {
 protected:
  /// Returns a card of about `bytes`.
  static std::string card_of(std::size_t bytes, char filler = 'x') {
    return vcard_of("N:;Ann;;;|X-ODD:" + std::string(bytes, filler) + '|');
  }

  std::string card_bytes() { return fresh_.value("select card_bytes from account_rev"); }

  /// The counter must be the size of all cards.
  void check(std::size_t bytes) {
    EXPECT_EQ(card_bytes(), std::to_string(bytes));
    EXPECT_EQ(fresh_.value("select coalesce(sum(bytes), 0) from cards"), card_bytes());
  }

  Errc refusal(const Result<Contact>& refused) {
    EXPECT_FALSE(refused);
    return refused ? Errc::malformed : refused.error().code;
  }
};

TEST_P(AccountSizes, CountsCardsAsTheyWereSent) {
  check(0);
  const ContactId simple = ContactId::make(now());
  ASSERT_TRUE(apply(owner_, ChangeKind::created, simple, "Ann"));
  check(0);
  const std::string photo =
      vcard_of("N:;Ann;;;|PHOTO;ENCODING=b;TYPE=JPEG:" + std::string(40'000, 'A') + '|');
  const ContactId id = add(photo);
  check(photo.size());
  ASSERT_TRUE(put(simple, jane));
  check(photo.size() + jane.size());
  const std::string eve = vcard_of("N:;Eve;;;|X-ODD:kept|");
  ASSERT_TRUE(put(id, eve));
  check(eve.size() + jane.size());
  ASSERT_TRUE(rename(simple, "Joan"));
  ASSERT_TRUE(apply({.kind = ChangeKind::deleted, .id = id}));
  check(eve.size() + jane.size());
  ASSERT_TRUE(run(trash_.erase(owner_, {.id = id})));
  check(jane.size());
}

TEST_P(AccountSizes, CountsNothingForARefusedCreation) {
  const ContactId id = add(jane);
  EXPECT_FALSE(put(id, card_of(1000), ChangeKind::created)) << "the id is taken";
  check(jane.size());
  rules_.contacts_max = 1;
  EXPECT_FALSE(put(ContactId::make(now()), card_of(1000), ChangeKind::created));
  check(jane.size());
}

TEST_P(AccountSizes, ACardBeyondTheLimitIsRefusedAndSmallerOnesAreNot) {
  rules_.account_bytes_max = 3000;
  const ContactId id = add(card_of(2000));
  const std::string before = fresh_.value("select rev from account_rev");
  EXPECT_EQ(refusal(put(ContactId::make(now()), card_of(2000), ChangeKind::created)),
            Errc::quota_exceeded);
  EXPECT_EQ(refusal(put(id, card_of(4000))), Errc::quota_exceeded);
  EXPECT_EQ(fresh_.value("select rev from account_rev"), before) << "nothing was written";
  EXPECT_EQ(count("contacts"), "1");
  EXPECT_EQ(bytes_of(id), card_of(2000));
  EXPECT_TRUE(put(id, card_of(1000))) << "a smaller card";
  EXPECT_TRUE(apply(owner_, ChangeKind::created, ContactId::make(now()), "Simple"));
  rules_.account_bytes_max = 1;
  EXPECT_EQ(refusal(put(id, card_of(1000, 'y'))), Errc::quota_exceeded) << "of the same size";
  EXPECT_TRUE(put(id, card_of(500)));
  EXPECT_TRUE(apply({.kind = ChangeKind::deleted, .id = id}));
  EXPECT_TRUE(apply({.kind = ChangeKind::restored, .id = id}));
  rules_.account_bytes_max = 0;
  EXPECT_TRUE(put(id, card_of(5000)));
}

TEST_P(AccountSizes, ARepeatedCreationReturnsItsContact) {
  rules_.account_bytes_max = 3000;
  const Operation creation{.kind = ChangeKind::created,
                           .id = ContactId::make(now()),
                           .change = replacing(card_of(2000)),
                           .repeated = true};
  ASSERT_TRUE(apply(creation));
  EXPECT_TRUE(apply(creation));
  check(card_of(2000).size());
}

TEST_P(AccountSizes, TheCardsOfABatchAreCountedTogether) {
  rules_.account_bytes_max = 10'000;
  std::vector<Operation> operations;
  for (int i = 0; i < 5; ++i) {
    operations.push_back({.kind = ChangeKind::created,
                          .id = ContactId::make(now()),
                          .change = replacing(card_of(3000, static_cast<char>('a' + i)))});
  }
  std::vector<bool> written;
  for (const auto& each : run(contacts_.apply_all(owner_, operations, origin(owner_)))) {
    written.push_back(each.has_value());
  }
  EXPECT_THAT(written, testing::ElementsAre(true, true, true, false, false));
}

TEST_P(AccountSizes, TheHistoryCounts) {
  const ContactId id = add(card_of(2000));
  ASSERT_TRUE(set(id, &ContactFields::notes, std::optional(std::string(9000, 'n'))));
  ASSERT_TRUE(set(id, &ContactFields::notes, std::optional<std::string>()));
  rules_.account_bytes_max = 4000;
  EXPECT_EQ(refusal(put(ContactId::make(now()), card_of(2000), ChangeKind::created)),
            Errc::quota_exceeded);
}

TEST_P(AccountSizes, AWrongCounterIsCorrected) {
  add(jane);
  fresh_.value("update account_rev set card_bytes = 7");
  EXPECT_EQ(run(recount_histories(*store_)).value(), 1);
  EXPECT_EQ(run(recount_histories(*store_)).value(), 0);
  check(jane.size());
}

INSTANTIATE_TEST_SUITE_P(Databases, AccountSizes, testing::ValuesIn(test::database_kinds()),
                         test::kind_name);

}  // namespace
}  // namespace kith::contacts
