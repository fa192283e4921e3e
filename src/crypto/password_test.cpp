#include "crypto/password.hpp"

#include <array>
#include <string>
#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sodium.h>

#include "base/limits.hpp"

namespace kith::crypto {
namespace {

namespace asio = boost::asio;

/// Runs a task to its end on its own loop.
template <class T>
T run(Task<T> task) {
  asio::io_context loop;
  auto result = asio::co_spawn(loop, std::move(task), asio::use_future);
  loop.run();
  return result.get();
}

class Password : public testing::Test {
 protected:
  std::string hash(std::string password) { return run(hasher_.hash(std::move(password))).value(); }
  bool verify(std::string password, const std::string& stored) {
    return run(hasher_.verify(std::move(password), stored)).value();
  }

  PasswordHasher hasher_{2};
};

TEST_F(Password, RoundTrips) {
  const std::string stored = hash("correct horse");
  EXPECT_TRUE(verify("correct horse", stored));
  EXPECT_FALSE(verify("correct Horse", stored));
  EXPECT_FALSE(verify("correct horse ", stored));
  EXPECT_FALSE(verify("", stored));
}

TEST_F(Password, IsArgon2idWithTheDocumentedCosts) {
  EXPECT_THAT(hash("x"), testing::StartsWith("$argon2id$v=19$m=19456,t=2,p=1$"));
}

TEST_F(Password, SaltsEachHash) { EXPECT_NE(hash("same"), hash("same")); }

TEST_F(Password, AcceptsAnyTextWithoutNul) {
  for (const std::string& password : {std::string("пароль 🎂"), std::string(1024, 'x')}) {
    EXPECT_TRUE(verify(password, hash(password)));
  }
}

TEST(Prepared, PasswordIsComposedWithPlainSpaces) {
  for (const auto& [sent, expected] :
       {std::pair("correct horse", "correct horse"), std::pair("e\u0301t\u00e9", "\u00e9t\u00e9"),
        std::pair("\u1112\u1161\u11ab", "\ud55c"), std::pair("a\u0323\u0307", "\u1ea1\u0307"),
        std::pair("a\u00a0b\u3000c\u2009d\u1680e\u202ff", "a b c d e f"),
        // Only canonical equivalents are composed: case, width and white space at the ends are
        // kept.
        std::pair(" \uff21A\ufb01 ", " \uff21A\ufb01 "), std::pair("\t\u200b", "\t\u200b"),
        std::pair("\xff\u00a0", "\xff\u00a0")}) {
    EXPECT_EQ(prepared(sent), expected);
  }
}

TEST_F(Password, IsTheSameHoweverItsCharactersAreWritten) {
  const std::string decomposed = "Zu\u0308rich\u00a0bei Nacht";
  const std::string composed = "Z\u00fcrich bei Nacht";
  EXPECT_TRUE(verify(composed, hash(decomposed)));
  EXPECT_TRUE(verify(decomposed, hash(composed)));
  const auto chosen = run(hasher_.hash_unless_guessable(decomposed, {})).value();
  ASSERT_TRUE(chosen);
  EXPECT_TRUE(verify(composed, *chosen));
}

TEST_F(Password, HashedAsItWasSentIsStillAccepted) {
  const std::string sent = "Zu\u0308rich\u00a0bei Nacht";
  std::array<char, crypto_pwhash_STRBYTES> old{};
  ASSERT_EQ(crypto_pwhash_str_alg(old.data(), sent.data(), sent.size(), 2, 19 * 1024 * 1024,
                                  crypto_pwhash_ALG_ARGON2ID13),
            0);
  EXPECT_TRUE(verify(sent, old.data()));
  EXPECT_FALSE(verify("Zu\u0308rich\u00a0bei nacht", old.data()));
}

TEST_F(Password, DamagedHashesVerifyNothing) {
  for (const char* stored :
       {"", "plain", "$argon2id$", "$argon2id$v=19$m=19456,t=2,p=1$AAAA$AAAA"}) {
    EXPECT_FALSE(verify("plain", stored)) << stored;
  }
}

TEST_F(Password, OfAnUnknownAccountIsNeverRight) {
  EXPECT_FALSE(run(hasher_.verify_unknown("")).value());
  EXPECT_FALSE(run(hasher_.verify_unknown("password")).value());
}

TEST_F(Password, IsHashedOffTheLoopAndAnsweredOnIt) {
  asio::io_context loop;
  std::thread::id answered_on;
  asio::co_spawn(
      loop,
      [&]() -> Task<void> {
        (void)co_await hasher_.hash("x");
        answered_on = std::this_thread::get_id();
      },
      asio::detached);
  loop.run();
  EXPECT_EQ(answered_on, std::this_thread::get_id());
  EXPECT_EQ(hasher_.queued(), 0U);
}

TEST_F(Password, BeyondTheQueueIsUnavailableAndTheOthersAreAnswered) {
  constexpr std::size_t extra = 5;
  asio::io_context loop;
  std::size_t hashed = 0;
  std::size_t refused = 0;
  PasswordHasher one_thread(1);
  for (std::size_t i = 0; i < limits::password_queue_max + extra; ++i) {
    asio::co_spawn(
        loop,
        [&]() -> Task<void> {
          const auto result = co_await one_thread.hash("x");
          if (result) ++hashed;
          if (!result && result.error().code == Errc::unavailable) ++refused;
        },
        asio::detached);
  }
  loop.run();
  // Workers may finish requests while others are still being queued.
  EXPECT_EQ(hashed + refused, limits::password_queue_max + extra);
  EXPECT_GE(hashed, limits::password_queue_max);
  EXPECT_GE(refused, 1U);
  EXPECT_EQ(one_thread.queued(), 0U);
  EXPECT_TRUE(run(one_thread.hash("again")));
}

}  // namespace
}  // namespace kith::crypto
