#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/query.hpp"

/// SQL is written once for both databases. The test lists the statements that have two texts, so
/// that adding another is a deliberate decision.
namespace kith::store {
namespace {

TEST(PortableSql, OnlyTheseStatementsHaveTwoTexts) {
  std::vector<std::string_view> names;
  for (const Query* query : Query::all()) {
    const bool has_two = query->postgres_text() != query->text();
    if (has_two && !query->name().starts_with("test.")) names.push_back(query->name());
  }
  EXPECT_THAT(names, testing::UnorderedElementsAre(
                         // Locks, which SQLite's single writer does not need.
                         "store.lock_account", "accounts.lock_administrators", "setup.take_link",
                         // The database clock, which instances share.
                         "sessions.spend_token", "sessions.insert_successor",
                         "sessions.insert_theft", "sessions.end_if_spent",
                         // Plans that PostgreSQL would not find by itself.
                         "contacts.changes", "contacts.list_name", "contacts.list_name_default",
                         "contacts.list_name_book", "contacts.search_fetch",
                         // Ids that are cut out of one parameter.
                         "contacts.search_with_card", "contacts.delete_erased_keys",
                         "contacts.get_with_cards", "contacts.card_sizes", "labels.of_contacts"));
}

}  // namespace
}  // namespace kith::store
