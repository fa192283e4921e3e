#include "crypto/base64url.hpp"

#include <random>
#include <string>
#include <tuple>

#include <gtest/gtest.h>

namespace kith::crypto {
namespace {

using namespace std::string_literals;

std::string encode(std::string_view bytes) {
  std::string out;
  append_base64url(out, bytes);
  return out;
}

class Base64urlPair : public testing::TestWithParam<std::tuple<std::string, std::string>> {};

TEST_P(Base64urlPair, RoundTrips) {
  const auto& [bytes, text] = GetParam();
  EXPECT_EQ(encode(bytes), text);
  EXPECT_EQ(decode_base64url(text), bytes);
}

// RFC 4648, section 10, without padding; RFC 7515, appendix C.
INSTANTIATE_TEST_SUITE_P(
    Rfc, Base64urlPair,
    testing::Values(std::tuple{"", ""}, std::tuple{"f", "Zg"}, std::tuple{"fo", "Zm8"},
                    std::tuple{"foo", "Zm9v"}, std::tuple{"foob", "Zm9vYg"},
                    std::tuple{"fooba", "Zm9vYmE"}, std::tuple{"foobar", "Zm9vYmFy"},
                    std::tuple{"\x03\xec\xff\xe0\xc1"s, "A-z_4ME"}, std::tuple{"\0"s, "AA"},
                    std::tuple{"\xff\xff\xff"s, "____"}, std::tuple{"\xfb\xef\xbe"s, "----"}));

class Base64urlRefused : public testing::TestWithParam<std::string> {};

TEST_P(Base64urlRefused, IsNotDecoded) { EXPECT_FALSE(decode_base64url(GetParam())) << GetParam(); }

INSTANTIATE_TEST_SUITE_P(Texts, Base64urlRefused,
                         testing::Values("A", "AAAAA", "Zg==", "Zm8=", "=", "Zm9v=", "Zm9v Zg",
                                         " Zm9v", "Zm9v\n", "Zm+v", "Zm/v", "Zm9vYg==",
                                         "Zh",   // the last 4 bits are not zero
                                         "Zm9",  // the last 2 bits are not zero
                                         "AAB", "A_", "Zm9v\0"s, "\0"s, "Zm9\xe9", "Zm.9"));

TEST(Base64url, EachTextHasOneEncoding) {
  const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  int read = 0;
  for (const char a : alphabet) {
    for (const char b : alphabet) {
      const std::string text{a, b};
      const auto bytes = decode_base64url(text);
      if (!bytes) continue;
      ++read;
      EXPECT_EQ(encode(*bytes), text);
    }
  }
  EXPECT_EQ(read, 256);
}

TEST(Base64url, RoundTripsRandomBytes) {
  std::mt19937 random(3);
  for (std::size_t size = 0; size < 200; ++size) {
    std::string bytes;
    while (bytes.size() < size) bytes.push_back(static_cast<char>(random()));
    const std::string text = encode(bytes);
    ASSERT_EQ(text.size(), (size * 4 + 2) / 3);
    ASSERT_EQ(decode_base64url(text), bytes);
  }
}

}  // namespace
}  // namespace kith::crypto
