#include "accounts/avatar_urls.hpp"

#include <gtest/gtest.h>

#include "crypto/digest.hpp"

namespace kith::accounts {

namespace {

Account anna() {
  Account account;
  account.username = "Anna";
  account.email = {"Anna@example.org"};
  return account;
}

Account with_picture() {
  Account account = anna();
  account.avatar_url = stored_avatar_url({"0123"});
  return account;
}

TEST(AvatarUrls, PointToThePicture) {
  EXPECT_EQ(AvatarUrls{}.shown(Result<Account>(with_picture()))->avatar_url, "/avatars/0123.webp");
  EXPECT_EQ(AvatarUrls{.public_base = "https://cdn.example.org/a/"}
                .shown(Result<Account>(with_picture()))
                ->avatar_url,
            "https://cdn.example.org/a/0123.webp");
  EXPECT_EQ(AvatarUrls{.gravatar = true}.shown(Result<Account>(with_picture()))->avatar_url,
            "/avatars/0123.webp");
}

TEST(AvatarUrls, PointToInitialsWithoutAPicture) {
  EXPECT_EQ(AvatarUrls{}.shown(Result<Account>(anna()))->avatar_url, "/avatars/initials/41-0.svg");
}

TEST(AvatarUrls, PointToGravatarIfEnabled) {
  EXPECT_EQ(AvatarUrls{.gravatar = true}.shown(Result<Account>(anna()))->avatar_url,
            "https://gravatar.com/avatar/" + crypto::to_hex(crypto::sha256("anna@example.org")) +
                "?s=250&d=identicon");
}

}  // namespace

}  // namespace kith::accounts
