#include "vcard/groups.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/cards.hpp"

namespace kith::vcard {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Groups, FindLinesWithoutCase) {
  const auto document = read(test::card({"b.TEL:1", "A.EMAIL:2", "FN:3", "B.X-ABLabel:4",
                                         "B.X-ABLABEL:5", "BEGIN:X", "b.TEL:6", "END:X"}));
  const Groups groups(*document);
  const auto indices = [&](std::string_view group) {
    const auto lines = groups.lines_of(group);
    return std::vector<std::uint32_t>(lines.begin(), lines.end());
  };
  EXPECT_THAT(indices("b"), ElementsAre(2, 5, 6));
  EXPECT_THAT(indices("a"), ElementsAre(3));
  EXPECT_THAT(indices("c"), IsEmpty());
  EXPECT_THAT(indices(""), IsEmpty());
  EXPECT_EQ(groups.label_of(document->line(2))->value(), "4");
  EXPECT_FALSE(groups.label_of(document->line(3)));
  EXPECT_FALSE(groups.label_of(document->line(4)));
}

}  // namespace
}  // namespace kith::vcard
