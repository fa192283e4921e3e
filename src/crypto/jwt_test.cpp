#include "crypto/jwt.hpp"

#include <string>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "crypto/base64url.hpp"

namespace kith::crypto {
namespace {

constexpr std::string_view key = "0123456789abcdef0123456789abcdef";
constexpr std::string_view other_key = "fedcba9876543210fedcba9876543210";
const Time issued = Time::parse("2026-11-24T10:00:00.000000Z").value();
const Time expires{issued.micros + 15 * micros_per_minute};

AccessClaims claims() {
  return {AccountId::parse("0190b5a2-7c3d-7e4f-8a5b-6c7d8e9fa0b1").value(),
          SessionId::parse("0190b5a2-7c3d-7e4f-8a5b-6c7d8e9fa0b2").value(), issued, expires};
}

std::string encoded(std::string_view text) {
  std::string out;
  append_base64url(out, text);
  return out;
}

/// The three parts of a token, still encoded.
struct Parts {
  std::string header, payload, tag;
  explicit Parts(const std::string& token) {
    const auto first = token.find('.');
    const auto last = token.rfind('.');
    header = token.substr(0, first);
    payload = token.substr(first + 1, last - first - 1);
    tag = token.substr(last + 1);
  }
};

/// Returns a token with arbitrary contents and a valid MAC under `key`.
std::string forge(std::string_view header, std::string_view payload) {
  std::string token = encoded(header) + '.' + encoded(payload);
  const std::string tag = HmacSha256(key)(token);
  append_base64url(token += '.', tag);
  return token;
}

TEST(Jwt, RoundTrips) {
  const TokenSigner signer(key);
  const auto read = signer.verify(signer.sign(claims()), issued);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->account, claims().account);
  EXPECT_EQ(read->session, claims().session);
  EXPECT_EQ(read->issued_at, issued);
  EXPECT_EQ(read->expires_at, expires);
}

TEST(Jwt, FollowsTheRfc) {
  const Parts parts(TokenSigner(key).sign(claims()));
  const auto header = boost::json::parse(*decode_base64url(parts.header));
  EXPECT_EQ(header.at("alg").as_string(), "HS256");
  EXPECT_EQ(header.at("typ").as_string(), "at+jwt");
  const auto payload = boost::json::parse(*decode_base64url(parts.payload));
  EXPECT_EQ(payload.at("sub").as_string(), "0190b5a2-7c3d-7e4f-8a5b-6c7d8e9fa0b1");
  EXPECT_EQ(payload.at("sid").as_string(), "0190b5a2-7c3d-7e4f-8a5b-6c7d8e9fa0b2");
  EXPECT_EQ(payload.at("iss").as_string(), "kith");
  EXPECT_EQ(payload.at("aud").as_string(), "kith");
  EXPECT_EQ(payload.at("iat").as_int64(), issued.micros / micros_per_second);
  EXPECT_EQ(payload.at("nbf").as_int64(), issued.micros / micros_per_second);
  EXPECT_EQ(payload.at("exp").as_int64(), expires.micros / micros_per_second);
  EXPECT_EQ(decode_base64url(parts.tag)->size(), 32U);
}

TEST(Jwt, DoesNotRevealItsKey) {
  const std::string header = *decode_base64url(Parts(TokenSigner(key).sign(claims())).header);
  EXPECT_EQ(header.find(key.substr(0, 4)), std::string::npos);
}

TEST(Jwt, IsValidUntilTheSecondItExpires) {
  const TokenSigner signer(key);
  const std::string token = signer.sign(claims());
  EXPECT_TRUE(signer.verify(token, {expires.micros - 1}));
  EXPECT_FALSE(signer.verify(token, expires));
  EXPECT_FALSE(signer.verify(token, {expires.micros + micros_per_day}));
}

TEST(Jwt, IsInvalidBeforeItWasIssued) {
  const TokenSigner signer(key);
  const std::string token = signer.sign(claims());
  EXPECT_FALSE(signer.verify(token, {issued.micros - micros_per_minute - 1}));
  EXPECT_TRUE(signer.verify(token, {issued.micros - micros_per_minute})) << "a clock was ahead";
  EXPECT_TRUE(signer.verify(token, issued));
}

TEST(Jwt, IsValidAtOnceWhenIssuedWithinASecond) {
  const TokenSigner signer(key);
  AccessClaims late = claims();
  late.issued_at.micros += 999'999;
  EXPECT_TRUE(signer.verify(signer.sign(late), late.issued_at));
}

TEST(Jwt, EverySingleCharacterChangeIsRefused) {
  const TokenSigner signer(key);
  const std::string token = signer.sign(claims());
  const std::string alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ ";
  for (std::size_t i = 0; i < token.size(); ++i) {
    for (const char c : alphabet) {
      if (c == token[i]) continue;
      std::string changed = token;
      changed[i] = c;
      ASSERT_FALSE(signer.verify(changed, issued)) << i << c;
    }
  }
}

TEST(Jwt, EveryRemovedOrAddedCharacterIsRefused) {
  const TokenSigner signer(key);
  const std::string token = signer.sign(claims());
  for (std::size_t i = 0; i <= token.size(); ++i) {
    std::string longer = token;
    longer.insert(i, 1, 'A');
    ASSERT_FALSE(signer.verify(longer, issued)) << i;
    if (i == token.size()) continue;
    std::string shorter = token;
    shorter.erase(i, 1);
    ASSERT_FALSE(signer.verify(shorter, issued)) << i;
    ASSERT_FALSE(signer.verify(token.substr(0, i), issued)) << i;
  }
}

TEST(Jwt, AnotherKeyIsRefused) {
  EXPECT_FALSE(TokenSigner(other_key).verify(TokenSigner(key).sign(claims()), issued));
}

TEST(Jwt, APreviousKeyVerifiesButDoesNotSign) {
  const TokenSigner old_signer(key);
  const TokenSigner rotated(other_key, key);
  EXPECT_TRUE(rotated.verify(old_signer.sign(claims()), issued));
  EXPECT_TRUE(rotated.verify(rotated.sign(claims()), issued));
  EXPECT_FALSE(old_signer.verify(rotated.sign(claims()), issued));
  EXPECT_TRUE(TokenSigner(other_key).verify(rotated.sign(claims()), issued));
}

TEST(Jwt, OtherHeadersAreRefusedEvenWithAValidMac) {
  const TokenSigner signer(key);
  const Parts parts(signer.sign(claims()));
  const std::string payload = *decode_base64url(parts.payload);
  const std::string header = *decode_base64url(parts.header);
  ASSERT_TRUE(signer.verify(forge(header, payload), issued)) << "the helper makes valid tokens";
  for (const char* other :
       {R"({"alg":"none"})", R"({"alg":"none","typ":"at+jwt"})", R"({"alg":"HS256"})",
        R"({"alg":"HS256","typ":"JWT"})", R"({"alg":"HS512","typ":"at+jwt"})", "{}", ""}) {
    EXPECT_FALSE(signer.verify(forge(other, payload), issued)) << other;
  }
  EXPECT_FALSE(signer.verify(forge(header + " ", payload), issued));
}

TEST(Jwt, AlgNoneWithoutATagIsRefused) {
  const TokenSigner signer(key);
  const Parts parts(signer.sign(claims()));
  EXPECT_FALSE(signer.verify(encoded(R"({"alg":"none"})") + '.' + parts.payload + '.', issued));
  EXPECT_FALSE(signer.verify(parts.header + '.' + parts.payload + '.', issued));
  EXPECT_FALSE(signer.verify(parts.header + '.' + parts.payload, issued));
}

TEST(Jwt, OtherPayloadsAreRefusedEvenWithAValidMac) {
  const TokenSigner signer(key);
  const Parts parts(signer.sign(claims()));
  const std::string header = *decode_base64url(parts.header);
  const std::string payload = *decode_base64url(parts.payload);
  for (const std::string& other :
       {std::string(), std::string("{}"), payload + " ", " " + payload, payload + payload,
        payload.substr(0, payload.size() - 1), payload.substr(0, payload.find("\"exp\"")) + "}"}) {
    EXPECT_FALSE(signer.verify(forge(header, other), issued)) << other;
  }
  std::string never = payload;
  never.replace(never.rfind(':') + 1, std::string::npos, "99999999999999999999}");
  EXPECT_FALSE(signer.verify(forge(header, never), issued)) << "exp overflows";
}

TEST(Jwt, NonsenseIsRefused) {
  const TokenSigner signer(key);
  for (const std::string& text :
       {std::string(), std::string("."), std::string(".."), std::string("a.b.c"),
        std::string(100'000, '.'), std::string("\0.\0.\0", 5), std::string("Bearer x")}) {
    EXPECT_FALSE(signer.verify(text, issued));
  }
}

}  // namespace
}  // namespace kith::crypto
