#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contacts/read/lists.hpp"
#include "testing/cards_fixture.hpp"

/// Tests of reads of many cards at once.
namespace kith::contacts {
namespace {

/// A card with two photos of `size` bytes, which are stored apart.
std::string with_photos(char letter, std::size_t size) {
  const std::string photo(size, letter);
  return vcard_of("N:Doe;Jane;;;|FN:Jane Doe|PHOTO;ENCODING=b:" + photo +
                  "|LOGO;ENCODING=b:" + photo + "B|X-ODD:kept|");
}

class CardsById : public Cards {
 protected:
  ContactsById read(const std::vector<ContactId>& ids) {
    return run(contacts_.get_cards(owner_, ids, store::Lane::point)).value();
  }
};

INSTANTIATE_TEST_SUITE_P(Databases, CardsById, testing::ValuesIn(test::database_kinds()),
                         test::kind_name);

TEST_P(CardsById, AreThoseThatSingleReadsReturn) {
  std::vector<ContactId> ids{add(jane), ContactId::make(now()), add(with_photos('A', 4000)),
                             add(with_photos('Q', 3000))};
  ASSERT_TRUE(Cards::ContactsHistory::apply(owner_, ChangeKind::created, ids[1], "Bob"));
  const ContactsById contacts = read(ids);
  ASSERT_EQ(contacts.size(), ids.size());
  for (const ContactId& id : ids) {
    const auto single = run(contacts_.get_card(owner_, id)).value();
    const StoredContact& one = contacts.at(id);
    EXPECT_EQ(one.id, id);
    EXPECT_EQ(one.revision, single.revision);
    EXPECT_EQ(one.card_revision, single.card_revision);
    EXPECT_EQ(one.explicit_card, single.explicit_card);
    EXPECT_EQ(one.columns, single.columns);
    EXPECT_FALSE(one.deleted_at);
  }
  EXPECT_FALSE(contacts.at(ids[1]).explicit_card);
}

TEST_P(CardsById, LeaveOutMissingOnesAndTellTheTrash) {
  const ContactId id = add(jane);
  const ContactId unknown = ContactId::make(now());
  ASSERT_TRUE(Cards::ContactsHistory::apply(owner_, ChangeKind::deleted, id));
  const ContactsById contacts = read({unknown, id});
  ASSERT_EQ(contacts.size(), 1);
  EXPECT_TRUE(contacts.at(id).deleted_at);
  EXPECT_THAT(read({}), testing::IsEmpty());
  const AccountId other = new_account();
  EXPECT_THAT(run(contacts_.get_cards(other, {{id}}, store::Lane::point)).value(),
              testing::IsEmpty());
}

TEST_P(CardsById, HaveTheirSizes) {
  const ContactId simple = ContactId::make(now());
  ASSERT_TRUE(Cards::ContactsHistory::apply(owner_, ChangeKind::created, simple, "Bob"));
  const std::vector<ContactId> ids{add(with_photos('A', 4000)), simple, add(jane)};
  const auto sizes = run(contacts_.card_sizes(owner_, ids)).value();
  ASSERT_EQ(sizes.size(), 3);
  EXPECT_EQ(sizes[0].parts, 8001);
  EXPECT_EQ(sizes[0].content + sizes[0].parts, with_photos('A', 4000).size());
  EXPECT_EQ(sizes[1].content + sizes[1].parts, 0);
  EXPECT_EQ(sizes[2].content, jane.size());
  EXPECT_EQ(sizes[2].parts, 0);
}

TEST_P(CardsById, KeepPagesSmall) {
  std::vector<ContactId> ids;
  for (int i = 0; i < 5; ++i) {
    ids.push_back(ContactId::make(now()));
    ASSERT_TRUE(Cards::ContactsHistory::apply(owner_, ChangeKind::created, ids.back(), "Bob"));
  }
  ContactLists lists(*store_, cursors_);
  ListRequest request;
  request.sort = Sort::name;
  request.limit = 3;
  request.weigh = [](std::vector<ContactId> asked) -> Task<Result<std::vector<std::size_t>>> {
    co_return std::vector<std::size_t>(asked.size(), limits::page_bytes_max / 2 - 1000);
  };
  std::vector<ContactId> found;
  std::vector<std::size_t> pages;
  do {
    const auto slice = run(lists.list(owner_, request)).value();
    pages.push_back(slice.items.size());
    for (const Contact& contact : slice.items) found.push_back(contact.id);
    request.cursor = slice.next_cursor;
  } while (request.cursor);
  EXPECT_THAT(pages, testing::ElementsAre(2, 2, 1));
  EXPECT_THAT(found, testing::UnorderedElementsAreArray(ids));
}

}  // namespace
}  // namespace kith::contacts
