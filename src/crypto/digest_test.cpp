#include "crypto/digest.hpp"

#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "crypto/base64url.hpp"
#include "crypto/random.hpp"

namespace kith::crypto {
namespace {

TEST(Sha256, MatchesFips180) {
  EXPECT_EQ(to_hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(to_hex(sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(to_hex(sha256(std::string(1'000'000, 'a'))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha1, MatchesFips180) {
  EXPECT_EQ(to_hex(sha1("")), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  EXPECT_EQ(to_hex(sha1("abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
}

struct Vector {
  std::string key, data;
  std::string_view tag;
};

class HmacVector : public testing::TestWithParam<Vector> {};

TEST_P(HmacVector, MatchesRfc4231) {
  const auto& [key, data, tag] = GetParam();
  EXPECT_EQ(to_hex(HmacSha256(key)(data)).substr(0, tag.size()), tag);
}

std::string counted(int first, int last) {
  std::string out;
  for (int i = first; i <= last; ++i) out.push_back(static_cast<char>(i));
  return out;
}

INSTANTIATE_TEST_SUITE_P(
    Rfc4231, HmacVector,
    testing::Values(
        Vector{std::string(20, '\x0b'), "Hi There",
               "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
        Vector{"Jefe", "what do ya want for nothing?",
               "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
        Vector{std::string(20, '\xaa'), std::string(50, '\xdd'),
               "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
        Vector{counted(1, 25), std::string(50, '\xcd'),
               "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
        Vector{std::string(20, '\x0c'), "Test With Truncation", "a3b6167473100ee06e0c796c2955552b"},
        Vector{std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First",
               "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
        Vector{std::string(131, '\xaa'),
               "This is a test using a larger than block-size key and a larger than block-size "
               "data. The key needs to be hashed before being used by the HMAC algorithm.",
               "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"}));

TEST(Hmac, AcceptsEmptyKeysAndMessages) {
  EXPECT_EQ(to_hex(HmacSha256("")("")),
            "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(Hmac, AKeyIsReusableAndThreadSafe) {
  const HmacSha256 mac("key");
  const std::string expected = mac("message");
  EXPECT_EQ(mac("message"), expected);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 500; ++j) EXPECT_EQ(mac("message"), expected);
    });
  }
  for (auto& thread : threads) thread.join();
}

TEST(EqualConstantTime, ComparesLengthAndBytes) {
  EXPECT_TRUE(equal_constant_time("", ""));
  EXPECT_TRUE(equal_constant_time({}, ""));
  EXPECT_TRUE(equal_constant_time("secret", "secret"));
  EXPECT_FALSE(equal_constant_time("secret", "secreT"));
  EXPECT_FALSE(equal_constant_time("secret", "secre"));
  EXPECT_FALSE(equal_constant_time("", "x"));
  EXPECT_TRUE(equal_constant_time(std::string_view("a\0b", 3), std::string_view("a\0b", 3)));
  EXPECT_FALSE(equal_constant_time(std::string_view("a\0b", 3), std::string_view("a\0c", 3)));
}

TEST(ShortMac, DistinguishesTextsUnderItsOwnKey) {
  const ShortMac tag_of;
  EXPECT_EQ(tag_of("a token"), tag_of("a token"));
  EXPECT_NE(tag_of("a token"), tag_of("a tokeN"));
  EXPECT_NE(tag_of(""), tag_of(std::string_view("\0", 1)));
  EXPECT_NE(ShortMac()("a token"), tag_of("a token"));
}

TEST(Random, ReturnsTheRequestedLengthAndNeverRepeats) {
  EXPECT_EQ(random_bytes(0), "");
  EXPECT_EQ(random_bytes(33).size(), 33U);
  EXPECT_NE(random_bytes(16), random_bytes(16));
}

TEST(Random, TokensAre32BytesIn43Characters) {
  const std::string token = random_token();
  EXPECT_EQ(token.size(), 43U);
  EXPECT_EQ(decode_base64url(token)->size(), 32U);
  EXPECT_NE(token, random_token());
}

}  // namespace
}  // namespace kith::crypto
