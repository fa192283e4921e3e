#include "base/email.hpp"

#include <string>
#include <tuple>

#include <gtest/gtest.h>

namespace kith {
namespace {

std::string repeat(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

class EmailAccepted : public testing::TestWithParam<std::string> {};

TEST_P(EmailAccepted, IsKeptAsTyped) {
  const auto email = Email::parse(GetParam());
  ASSERT_TRUE(email) << GetParam();
  EXPECT_EQ(email->text, GetParam());
}

// Domain of 4 labels with their dots: 63 + 1 + 63 + 1 + 59 + 1 + 1 = 189 octets.
const std::string domain_189 =
    std::string(63, 'a') + '.' + std::string(63, 'b') + '.' + std::string(59, 'c') + ".d";

INSTANTIATE_TEST_SUITE_P(Texts, EmailAccepted,
                         testing::Values("anna@example.org", "a@b", "Anna.Meyer@Example.ORG",
                                         "a+b@example.org", "!#$%&'*+/=?^_`{|}~-@example.org",
                                         ".a..b.@example.org", "1@1.2", "a@a-b.c-d",
                                         std::string(64, 'x') + "@example.org",
                                         std::string(64, 'x') + '@' + domain_189,  // 254 octets
                                         "a@" + std::string(63, 'l') + ".org",
                                         "anna@bücher.example", "anna@пошта.укр", "anna@例え.jp",
                                         "a@xn--bcher-kva.example"));

class EmailRefused : public testing::TestWithParam<std::string> {};

TEST_P(EmailRefused, SaysWhatAnAddressIs) {
  const auto email = Email::parse(GetParam());
  ASSERT_FALSE(email) << GetParam();
  EXPECT_EQ(email.error(), "must be an e-mail address such as anna@example.org");
}

INSTANTIATE_TEST_SUITE_P(
    Texts, EmailRefused,
    testing::Values("", " ", "anna", "@example.org", "anna@", "@", "a@@b", "a@b@c", "a b@c.org",
                    "a@b c.org", "a@-b.org", "a@b-.org", "a@b..org", "a@.org", "a@b.org.",
                    "a@b_c.org", "\"a b\"@c.org", "a(x)@c.org", "a,b@c.org", "a@[127.0.0.1]",
                    "Anna <anna@example.org>", "a@b.org\nx", "a\r\n@b.org",
                    std::string("a\0@b.org", 8), std::string("a@b\0.org", 8),
                    std::string(65, 'x') + "@example.org",
                    std::string(64, 'x') + '@' + domain_189 + "d",  // 255 octets
                    "a@" + std::string(64, 'l') + ".org", "a@b\xff.org", "a\xc3@b.org",
                    "a@\xed\xa0\x80.org", "a@b\u200d.org", "a@b\u00a0c.org", "a@b/c.org",
                    "a@b%c.org", "a@b:25", "a@\u202e.org",
                    // Fits as typed, but IDNA's form of it is over 253 octets.
                    "a@" + repeat("ü.", 80) + "org"));

TEST(Email, BlanksAroundAreNotPartOfIt) {
  EXPECT_EQ(Email::parse(" \t anna@example.org\r\n")->text, "anna@example.org");
}

TEST(Email, LocalPartIsAsciiAsInABrowser) { EXPECT_FALSE(Email::parse("анна@example.org")); }

class AccountKey : public testing::TestWithParam<std::tuple<const char*, const char*>> {};

TEST_P(AccountKey, Is) {
  const auto& [typed, key] = GetParam();
  const auto email = Email::parse(typed);
  ASSERT_TRUE(email) << typed;
  EXPECT_EQ(account_key(*email), key);
}

INSTANTIATE_TEST_SUITE_P(
    Addresses, AccountKey,
    testing::Values(std::tuple{"anna@example.org", "anna@example.org"},
                    std::tuple{"ANNA@Example.ORG", "anna@example.org"},
                    std::tuple{"a.n.n.a+x@example.org", "a.n.n.a+x@example.org"},
                    std::tuple{"anna@Bücher.Example", "anna@xn--bcher-kva.example"},
                    std::tuple{"anna@XN--BCHER-KVA.example", "anna@xn--bcher-kva.example"},
                    std::tuple{"anna@bu\u0308cher.example", "anna@xn--bcher-kva.example"},
                    std::tuple{"anna@straße.de", "anna@xn--strae-oqa.de"},
                    std::tuple{"anna@ｅｘａｍｐｌｅ.org", "anna@example.org"},
                    std::tuple{"anna@пошта.укр", "anna@xn--80a1acn3a.xn--j1amh"}));

TEST(Email, AccountKeysNeverFoldAccents) {
  EXPECT_NE(account_key(*Email::parse("a@bücher.example")),
            account_key(*Email::parse("a@bucher.example")));
}

TEST(Email, HasAnAsciiForm) {
  const std::pair<const char*, const char*> rows[] = {
      {"Anna.B@Example.ORG", "Anna.B@example.org"},
      {"anna@bücher.example", "anna@xn--bcher-kva.example"},
      {"o'brien@почта.рф", "o'brien@xn--80a1acny.xn--p1ai"},
  };
  for (const auto& [text, expected] : rows) {
    EXPECT_EQ(ascii_form(*Email::parse(text)), expected);
  }
}

}  // namespace
}  // namespace kith
