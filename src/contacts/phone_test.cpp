#include "contacts/phone.hpp"

#include <gtest/gtest.h>

namespace kith::contacts {
namespace {

bool finds(std::string_view query, std::string_view stored) {
  const auto needle = phone_needle(query);
  return needle && phone_digits(stored).find(*needle) != std::string::npos;
}

TEST(Phone, IsFoundHoweverItWasTyped) {
  const char* forms[] = {"+49 30 1234567",    "0049 30 1234567", "030 1234567", "(030) 123-45-67",
                         "+49 (0)30 1234567", "030/1234567",     "301234567",   "+49.30.1234567"};
  for (const char* stored : forms) {
    for (const char* query : forms) EXPECT_TRUE(finds(query, stored)) << query << " in " << stored;
  }
}

TEST(Phone, APieceIsEnough) {
  EXPECT_TRUE(finds("123", "+49 30 1234567"));
  EXPECT_TRUE(finds("45-67", "+49 30 1234567"));
  EXPECT_FALSE(finds("999", "+49 30 1234567"));
}

TEST(Phone, DigitsOfOtherScriptsCount) { EXPECT_TRUE(finds("٣٠١٢", "+49 30 1234567")); }

TEST(Phone, TextIsNoPhone) {
  for (const char* query : {"anna", "", "  ", "a1", "route 66", "000", "+"}) {
    EXPECT_FALSE(phone_needle(query)) << query;
  }
}

}  // namespace
}  // namespace kith::contacts
