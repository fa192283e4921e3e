#include "vcard/values/quoted_printable.hpp"

#include <random>
#include <string>
#include <tuple>

#include <gtest/gtest.h>

#include "base/text.hpp"

namespace kith::vcard {
namespace {

class DecodedQuotedPrintable : public testing::TestWithParam<std::tuple<const char*, const char*>> {
};

TEST_P(DecodedQuotedPrintable, IsRead) {
  const auto& [text, bytes] = GetParam();
  EXPECT_EQ(decode_quoted_printable(text), bytes) << text;
}

INSTANTIATE_TEST_SUITE_P(Values, DecodedQuotedPrintable,
                         testing::Values(std::tuple{"Dvo=C5=99=C3=A1k", "Dvořák"},
                                         std::tuple{"a=\r\nb", "ab"}, std::tuple{"a=\nb", "ab"},
                                         std::tuple{"a=\r\r\nb", "ab"},
                                         std::tuple{"a= \t\r\nb", "ab"}, std::tuple{"a=", "a"},
                                         std::tuple{"a=3db", "a=b"}, std::tuple{"a=b", "a=b"},
                                         std::tuple{"1=0D=0A2", "1\r\n2"}, std::tuple{"x=1", "x=1"},
                                         std::tuple{"==41", "=A"}));

TEST(CardQuotedPrintable, BreaksAt76Columns) {
  const std::string head = "NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:";
  const std::string text = "Größe, line one\nand the second line, which is long enough = break";
  EXPECT_EQ(head + encode_quoted_printable(text, {.column = head.size()}),
            "NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:Gr=C3=B6=C3=9Fe, line one=\r\n"
            "=0D=0Aand the second line, which is long enough =3D break");
}

TEST(CardQuotedPrintable, HidesABlankAtTheEnd) {
  EXPECT_EQ(encode_quoted_printable("a b ", {}), "a b=20");
  EXPECT_EQ(encode_quoted_printable("\t", {}), "=09");
}

TEST(CardQuotedPrintable, UsesTheLineEndOfTheCard) {
  const std::string out = encode_quoted_printable(std::string(80, 'x'), {.line_end = "\n"});
  EXPECT_EQ(out, std::string(75, 'x') + "=\n" + std::string(5, 'x'));
  EXPECT_EQ(encode_quoted_printable(std::string(76, 'x'), {}), std::string(76, 'x'));
}

TEST(CardQuotedPrintable, EveryTextSurvivesAndNoLineIsTooLong) {
  std::mt19937 random(4);  // NOLINT: the same texts in each run
  constexpr std::string_view pieces[] = {"ä", "€", "😀", "\r\n", " ", "=", "word", ";", "\t"};
  for (int round = 0; round < 3'000; ++round) {
    std::string text;
    for (auto count = random() % 60; count > 0; --count) text += pieces[random() % 9];
    const std::size_t column = random() % 70;
    const std::string out = encode_quoted_printable(text, {.column = column});
    ASSERT_EQ(decode_quoted_printable(out), text);
    std::string rest = std::string(column, 'h') + out;
    for (std::size_t end = 0; !rest.empty(); rest.erase(0, end + 2)) {
      end = std::min(rest.find("\r\n"), rest.size());
      ASSERT_LE(end, 76U);
      ASSERT_TRUE(is_valid_utf8(decode_quoted_printable(rest.substr(0, end)))) << out;
      if (end == rest.size()) break;
    }
  }
}

}  // namespace
}  // namespace kith::vcard
