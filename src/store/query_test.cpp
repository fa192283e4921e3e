#include "store/query.hpp"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace kith::store {
namespace {

const Query first("test.first", "select 1 as one");
const Query second("test.second", "select 2 as two", "select 2::bigint as two");

TEST(Query, AreNumberedDenselyInTheRegistry) {
  const auto& all = Query::all();
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i]->number(), i);
  EXPECT_EQ(second.number(), first.number() + 1) << "of one file in order";
  EXPECT_EQ(all.at(first.number()), &first);
}

TEST(Query, HaveOneTextForBothBackEndsUnlessTwoAreGiven) {
  EXPECT_EQ(first.text(), "select 1 as one");
  EXPECT_EQ(first.postgres_text(), first.text());
  EXPECT_EQ(second.text(), "select 2 as two");
  EXPECT_EQ(second.postgres_text(), "select 2::bigint as two");
}

TEST(Query, OfTheWholeProgramHaveUniqueNames) {
  std::set<std::string_view> names;
  for (const Query* query : Query::all()) {
    EXPECT_TRUE(names.insert(query->name()).second) << query->name();
    EXPECT_NE(query->name().find('.'), std::string_view::npos) << query->name();
  }
}

TEST(Query, CannotBeCopiedOutOfTheRegistry) {
  static_assert(!std::is_copy_constructible_v<Query> && !std::is_move_constructible_v<Query>);
}

}  // namespace
}  // namespace kith::store
