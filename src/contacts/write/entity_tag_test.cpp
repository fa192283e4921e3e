#include "contacts/write/entity_tag.hpp"

#include <gtest/gtest.h>

namespace kith::contacts {
namespace {

StoredContact contact_of(bool has_card) {
  StoredContact contact;
  contact.revision = 7;
  contact.card_revision = 5;
  contact.columns.has_card = has_card;
  return contact;
}

TEST(EntityTags, NameTheRevisionAndTheForm) {
  EXPECT_EQ(entity_tag(contact_of(true), Form::simple), "\"7-s\"");
  EXPECT_EQ(entity_tag(contact_of(true), Form::full), "\"7-f\"");
  EXPECT_EQ(entity_tag(contact_of(true), Form::vcard4), "\"7-v4\"");
  EXPECT_EQ(entity_tag(contact_of(true), Form::jcard), "\"7-jc\"");
  EXPECT_EQ(card_tag(contact_of(true)), "\"5-c\"");
  EXPECT_EQ(card_tag(contact_of(false)), "\"5-g1\"");
}

TEST(EntityTags, MatchTheRevisionsOfTheirKindOnly) {
  const auto matches = [](std::int64_t revision, std::string_view suffix, bool has_card) {
    return revision_in_tag(revision, suffix).is_of(contact_of(has_card));
  };
  for (const bool has_card : {false, true}) {
    for (const std::string_view suffix : suffixes_of_forms) {
      EXPECT_TRUE(matches(7, suffix, has_card)) << suffix;
      EXPECT_FALSE(matches(5, suffix, has_card)) << suffix;
    }
    EXPECT_TRUE(matches(7, "", has_card));
    EXPECT_EQ(matches(5, "c", has_card), has_card);
    EXPECT_EQ(matches(5, "g1", has_card), !has_card);
    for (const char* other : {"c", "g1", "g2", "x", "S", "v5", "-s"}) {
      EXPECT_FALSE(matches(7, other, has_card)) << other;
    }
    EXPECT_FALSE(matches(5, "g2", has_card)) << "of another generator";
    EXPECT_FALSE(matches(-1, "s", has_card)) << "no tag of ours";
  }
}

}  // namespace
}  // namespace kith::contacts
