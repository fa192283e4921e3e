#include "vcard/values/text.hpp"

#include <random>
#include <string>
#include <tuple>

#include <gtest/gtest.h>

namespace kith::vcard {
namespace {

class DecodedText : public testing::TestWithParam<std::tuple<const char*, const char*>> {};

TEST_P(DecodedText, IsRead) {
  const auto& [raw, text] = GetParam();
  EXPECT_EQ(decode_text(raw), text) << raw;
  EXPECT_EQ(decode_text(encode_text(text)), text) << raw;
}

INSTANTIATE_TEST_SUITE_P(
    Values, DecodedText,
    testing::Values(std::tuple{"", ""}, std::tuple{"plain", "plain"},
                    std::tuple{R"(a\, b\; c)", "a, b; c"}, std::tuple{"a, b; c", "a, b; c"},
                    std::tuple{R"(one\ntwo\Nthree)", "one\ntwo\nthree"},
                    std::tuple{R"(C:\\new)", R"(C:\new)"}, std::tuple{R"(http\://a)", "http://a"},
                    std::tuple{R"(\"AS IS\")", "\"AS IS\""}, std::tuple{R"(\t\x)", R"(\t\x)"},
                    std::tuple{R"(ends with \)", R"(ends with \)"},
                    std::tuple{"a\r\nb\rc\nd", "a\nb\nc\nd"}, std::tuple{R"(\\n)", R"(\n)"},
                    std::tuple{"a\\\nb", "a\nb"}));

TEST(CardText, WithoutEscapesABackslashIsText) {
  EXPECT_EQ(decode_text(R"(A;B\C\;D:E\\)", Escapes::none), R"(A;B\C\;D:E\\)");
  EXPECT_EQ(encode_text("a\\b;c\nd", Escapes::none), "a\\b;c\r\nd");
}

TEST(CardText, IsEscapedInFull) {
  EXPECT_EQ(encode_text("a\\b,c;d:e\nf\r\ng\"h"), R"(a\\b\,c\;d:e\nf\ng"h)");
}

TEST(CardText, EveryTextSurvivesItsEncoding) {
  std::mt19937 random(1);  // NOLINT: the same texts in each run
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (auto size = random() % 12; size > 0; --size) text += R"(\,;:nN"a= )"[random() % 10];
    if (round % 3 == 0) text += "\n\\";
    ASSERT_EQ(decode_text(encode_text(text)), text);
    const std::string value = decode_text(text);
    ASSERT_EQ(decode_text(encode_text(value)), value) << text;
  }
}

}  // namespace
}  // namespace kith::vcard
