#include "base/digits.hpp"

#include <gtest/gtest.h>

namespace kith {
namespace {

TEST(Digits, AreOnlyAscii) {
  for (int c = 0; c < 256; ++c) {
    EXPECT_EQ(is_digit(static_cast<char>(c)), c >= 48 && c <= 57) << c;
  }
}

TEST(Digits, ReadsOneToNine) {
  EXPECT_EQ(read_digits("0"), 0);
  EXPECT_EQ(read_digits("007"), 7);
  EXPECT_EQ(read_digits("999999999"), 999'999'999);
}

TEST(Digits, RefusesOtherCharacters) {
  for (const char* text : {"", "1234567890", "-1", "+1", " 1", "1 ", "1a", "0x1", "1.0", "٣"}) {
    EXPECT_EQ(read_digits(text), std::nullopt) << text;
  }
  EXPECT_EQ(read_digits(std::string_view("1\0", 2)), std::nullopt);
}

TEST(Digits, WritesExactlyTheWidth) {
  std::string out = "x";
  append_digits(out, 7, 2);
  append_digits(out, 0, 3);
  append_digits(out, 1234567890, 10);
  EXPECT_EQ(out, "x070001234567890");
}

}  // namespace
}  // namespace kith
