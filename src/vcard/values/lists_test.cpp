#include "vcard/values/lists.hpp"

#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vcard/limits.hpp"

namespace kith::vcard {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Structure v2_1{.escapes = Escapes::backslash, .has_lists = false};

TEST(Lists, SplitAtUnescapedSeparators) {
  EXPECT_THAT(split_raw(R"(a,b\,c,,\\,)", ','), ElementsAre("a", R"(b\,c)", "", R"(\\)", ""));
  EXPECT_THAT(split_raw(R"(a\;b;c)", ';', Escapes::none), ElementsAre(R"(a\)", "b", "c"));
  EXPECT_THAT(split_raw("", ';'), ElementsAre(""));
  EXPECT_THAT(split_raw(R"(a\)", ';'), ElementsAre(R"(a\)"));
}

TEST(Lists, ReadAndWriteValues) {
  EXPECT_THAT(read_list(R"(Friends,Smith\, J.,)"), ElementsAre("Friends", "Smith, J.", ""));
  EXPECT_THAT(read_list(""), IsEmpty());
  EXPECT_EQ(write_list(std::vector<std::string>{"Friends", "Smith, J."}), R"(Friends,Smith\, J.)");
  EXPECT_THAT(read_list("a;b,c", ';'), ElementsAre("a", "b,c"));
}

TEST(Lists, ComponentsHaveListsExceptIn21) {
  EXPECT_THAT(read_components(R"(Doe;John;Richter\, James,Paul;;)"),
              ElementsAre(ElementsAre("Doe"), ElementsAre("John"),
                          ElementsAre("Richter, James", "Paul"), IsEmpty(), IsEmpty()));
  EXPECT_THAT(read_components("Doe;John;Richter,James", v2_1),
              ElementsAre(ElementsAre("Doe"), ElementsAre("John"), ElementsAre("Richter,James")));
}

TEST(Lists, BackslashesOf21FollowTheCorpus) {
  EXPECT_THAT(read_components(R"(;A\;B\\;C\\\;;D;\:E;\\\\;)", v2_1),
              ElementsAre(IsEmpty(), ElementsAre(R"(A;B\)"), ElementsAre(R"(C\;)"),
                          ElementsAre("D"), ElementsAre(":E"), ElementsAre(R"(\\)"), IsEmpty()));
}

TEST(Lists, KeepTheRestInTheLastOfTooManyValues) {
  const std::string raw(list_values_max + 10, ';');
  const auto pieces = split_raw(raw, ';');
  ASSERT_EQ(pieces.size(), list_values_max);
  EXPECT_EQ(pieces.back(), std::string(11, ';'));
}

TEST(Lists, EveryStructureSurvivesItsEncoding) {
  std::mt19937 random(2);  // NOLINT: the same values in each run
  for (int round = 0; round < 5'000; ++round) {
    std::vector<Component> components(1 + random() % 7);
    for (Component& component : components) {
      for (auto count = random() % 4; count > 0; --count) {
        std::string text(1, "ab,"[random() % 3]);
        for (auto size = random() % 5; size > 0; --size) text += "\\,;:n\na "[random() % 8];
        component.push_back(text);
      }
    }
    ASSERT_EQ(read_components(write_components(components)), components);
  }
}

}  // namespace
}  // namespace kith::vcard
