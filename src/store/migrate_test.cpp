#include "store/migrate.hpp"

#include <array>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/store.hpp"

namespace kith::store {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr std::array<Migration, 3> known{
    {{1, "one", "", "", "aa"}, {2, "two", "", "", "bb"}, {3, "three", "", "", "cc"}}};

std::string broken_by(const std::vector<AppliedMigration>& applied) {
  try {
    (void)pending(applied, known);
  } catch (const DatabaseError& broken) {
    return broken.what();
  }
  return {};
}

TEST(Pending, AreAllStepsOfAnEmptyDatabase) {
  const auto steps = pending({}, known);
  ASSERT_EQ(steps.size(), 3U);
  EXPECT_EQ(steps[0].number, 1);
}

TEST(Pending, AreTheStepsAfterTheAppliedOnes) {
  const std::vector<AppliedMigration> applied{{1, "aa"}, {2, "bb"}};
  const auto steps = pending(applied, known);
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_EQ(steps[0].name, "three");
}

TEST(Pending, AreEmptyWhenAllAreApplied) {
  const std::vector<AppliedMigration> applied{{1, "aa"}, {2, "bb"}, {3, "cc"}};
  EXPECT_TRUE(pending(applied, known).empty());
  EXPECT_TRUE(pending({}, {}).empty());
}

TEST(Pending, RefusesANewerSchemaWithOneLine) {
  const std::string line = broken_by({{1, "aa"}, {2, "bb"}, {3, "cc"}, {4, "dd"}});
  EXPECT_THAT(line, AllOf(HasSubstr("schema 4"), HasSubstr("up to 3"), HasSubstr("newer kith"),
                          Not(HasSubstr("\n"))));
}

TEST(Pending, RefusesAChangedTextByItsName) {
  EXPECT_THAT(broken_by({{1, "aa"}, {2, "other"}}), AllOf(HasSubstr("2"), HasSubstr("two")));
  EXPECT_THAT(broken_by({{1, ""}}), HasSubstr("one"));
}

TEST(Pending, RefusesAGap) { EXPECT_NE(broken_by({{1, "aa"}, {3, "cc"}}), ""); }

TEST(Migrations, OfTheProgramAreNumberedWithoutGaps) {
  int number = 0;
  for (const Migration& step : migrations()) {
    EXPECT_EQ(step.number, ++number);
    EXPECT_FALSE(step.name.empty());
    EXPECT_FALSE(step.sqlite.empty());
    EXPECT_FALSE(step.postgres.empty());
    EXPECT_EQ(step.sha256_hex.size(), 64U);
  }
}

}  // namespace
}  // namespace kith::store
