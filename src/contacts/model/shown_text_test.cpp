#include "contacts/model/shown_text.hpp"

#include <gtest/gtest.h>

namespace kith::contacts {

namespace {

TEST(ShownText, OfALine) {
  EXPECT_EQ(shown_line("plain text"), "plain text");
  EXPECT_EQ(shown_line("  two\t\n words\x01 "), "two words");
  EXPECT_EQ(shown_line("del\x7F c1\xC2\x9F nel\xC2\x85."), "del c1 nel .");
  EXPECT_EQ(shown_line("e\xCC\x81"), "\xC3\xA9");
  EXPECT_EQ(shown_line(" \xE2\x80\x8B "), "");
  EXPECT_EQ(shown_line("äöü", 2), "äö");
  EXPECT_EQ(shown_line("ab cd", 3), "ab");
  EXPECT_EQ(shown_line("plain", 5), "plain");
  EXPECT_EQ(shown_line("plain", 4), "plai");
}

TEST(ShownText, OfLines) {
  EXPECT_EQ(shown_lines("\n a\tb \x07\n\nc\n", 100), "a b \n\nc");
  EXPECT_EQ(shown_lines("a\nb", 2), "a");
}

TEST(ShownText, IsBounded) {
  EXPECT_EQ(shown_line(std::string(1'000'000, 'a')).size(), shown_bytes_max);
  EXPECT_EQ(shown_line(std::string(1'000'000, ' ') + 'a', 10), "");
}

}  // namespace

}  // namespace kith::contacts
