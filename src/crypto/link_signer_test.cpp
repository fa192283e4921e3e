#include "crypto/link_signer.hpp"

#include <gtest/gtest.h>

namespace kith::crypto {

namespace {

constexpr std::string_view path = "/api/v1/contacts/1/photo";
constexpr Time now{1'800'000'000'000'000};
constexpr Time soon{1'800'000'060'000'000};

class SignedLinks : public testing::Test {
 protected:
  const LinkSigner signer_{"a key", "an older key"};
  const LinkClaims claims_{AccountId::make(now), soon, "photo 1"};
};

TEST_F(SignedLinks, AreValidForTheirPathUntilTheyExpire) {
  const std::string key = signer_.sign(path, claims_);
  EXPECT_EQ(signer_.verify(path, key, now), claims_);
  EXPECT_EQ(signer_.verify(path, key, soon), std::nullopt);
  EXPECT_EQ(signer_.verify("/api/v1/contacts/2/photo", key, now), std::nullopt);
  EXPECT_EQ(signer_.verify("", key, now), std::nullopt);
}

TEST_F(SignedLinks, OfTheKeyBeforeAreStillValid) {
  const std::string old = LinkSigner("an older key").sign(path, claims_);
  EXPECT_EQ(signer_.verify(path, old, now), claims_);
  EXPECT_EQ(LinkSigner("a key").verify(path, old, now), std::nullopt);
  EXPECT_EQ(LinkSigner("").verify(path, old, now), std::nullopt);
}

TEST_F(SignedLinks, CannotBeChanged) {
  const std::string key = signer_.sign(path, claims_);
  for (std::size_t i = 0; i < key.size(); ++i) {
    std::string other = key;
    other[i] = other[i] == 'A' ? 'B' : 'A';
    EXPECT_EQ(signer_.verify(path, other, now), std::nullopt) << i;
  }
  for (std::size_t size = 0; size < key.size(); ++size) {
    EXPECT_EQ(signer_.verify(path, key.substr(0, size), now), std::nullopt) << size;
  }
  EXPECT_EQ(signer_.verify(path, key + "AAAA", now), std::nullopt);
  EXPECT_EQ(signer_.verify(path, std::string(100'000, 'A'), now), std::nullopt);
}

TEST_F(SignedLinks, DoNotTakeThePathForContent) {
  const std::string key = signer_.sign("bc", {claims_.account, soon, "a"});
  const std::string other = signer_.sign("c", {claims_.account, soon, "ab"});
  EXPECT_NE(key, other);
  EXPECT_EQ(signer_.verify("c", key, now), std::nullopt);
}

}  // namespace

}  // namespace kith::crypto
