#include "crypto/guessable.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace kith::crypto {
namespace {

const std::vector<std::string> anna = {"Anna", "Krueger", "anna", "example"};

TEST(Guessable, AreWordsDatesSequencesAndUserData) {
  for (const char* each : {"password", "12345678", "qwertyuiop", "aaaaaaaa", "P@ssw0rd1",
                           "letmein123", "iloveyou2", "anna1990", "Anna Krueger", "annakrueger1"}) {
    EXPECT_TRUE(is_guessable(each, anna)) << each;
  }
}

TEST(Guessable, AreNotSeveralWordsOrRandomLetters) {
  for (const char* each : {"correct horse battery", "another horse battery", "xkq7 fjw2 zz",
                           "tr0ub4dour&3", "пароль кіт вікно", "ключ 7 лампа"}) {
    EXPECT_FALSE(is_guessable(each, anna)) << each;
  }
}

TEST(Guessable, DependsOnTheUser) {
  EXPECT_TRUE(is_guessable("zbigniewski", std::vector<std::string>{"Zbigniewski"}));
  EXPECT_FALSE(is_guessable("zbigniewski", anna));
}

TEST(Guessable, ChecksTheBeginningOfLongPasswords) {
  EXPECT_TRUE(is_guessable(std::string(128, 'a'), anna));
  EXPECT_FALSE(is_guessable("xkq7 fjw2 zz" + std::string(116, 'a'), anna));
}

}  // namespace
}  // namespace kith::crypto
