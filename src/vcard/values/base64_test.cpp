#include "vcard/values/base64.hpp"

#include <optional>
#include <random>
#include <string>
#include <tuple>

#include <gtest/gtest.h>

namespace kith::vcard {
namespace {

using namespace std::string_literals;

class DecodedBase64
    : public testing::TestWithParam<std::tuple<const char*, std::optional<std::string>>> {};

TEST_P(DecodedBase64, IsRead) {
  const auto& [text, bytes] = GetParam();
  EXPECT_EQ(decode_base64(text), bytes) << text;
}

INSTANTIATE_TEST_SUITE_P(
    Values, DecodedBase64,
    testing::Values(std::tuple{"", ""s}, std::tuple{"Zg==", "f"s}, std::tuple{"Zm8=", "fo"s},
                    std::tuple{"Zm9v", "foo"s}, std::tuple{"Zg", "f"s}, std::tuple{"Zm8", "fo"s},
                    std::tuple{" Zm9v\r\n YmFy\t", "foobar"s}, std::tuple{"-_8=", "\xFB\xFF"s},
                    std::tuple{"+/8=", "\xFB\xFF"s}, std::tuple{"Zm9vY", "foo"s},
                    std::tuple{"Zh==", "f"s}, std::tuple{"Zm9v====", "foo"s},
                    std::tuple{"Zm9v:", std::nullopt}, std::tuple{"Zg==Zg==", std::nullopt},
                    std::tuple{"no text!", std::nullopt}, std::tuple{"\xC3\xA4", std::nullopt}));

TEST(Base64, IsWrittenWithPadding) {
  EXPECT_EQ(encode_base64(""), "");
  EXPECT_EQ(encode_base64("f"), "Zg==");
  EXPECT_EQ(encode_base64("fo"), "Zm8=");
  EXPECT_EQ(encode_base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(encode_base64("\xFB\xFF"), "+/8=");
}

TEST(Base64, EveryByteStringSurvives) {
  std::mt19937 random(3);  // NOLINT: the same bytes in each run
  for (std::size_t size = 0; size < 600; ++size) {
    std::string bytes(size, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    ASSERT_EQ(decode_base64(encode_base64(bytes)), bytes);
  }
}

}  // namespace
}  // namespace kith::vcard
