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

// A domain of 4 labels with their dots: 63 + 1 + 63 + 1 + 59 + 1 + 1 = 189 bytes.
const std::string domain_189 =
    std::string(63, 'a') + '.' + std::string(63, 'b') + '.' + std::string(59, 'c') + ".d";

INSTANTIATE_TEST_SUITE_P(Texts, EmailAccepted,
                         testing::Values("anna@example.org", "a@b", "Anna.Meyer@Example.ORG",
                                         "a+b@example.org", "!#$%&'*+/=?^_`{|}~-@example.org",
                                         ".a..b.@example.org", "1@1.2", "a@a-b.c-d",
                                         std::string(64, 'x') + "@example.org",
                                         std::string(64, 'x') + '@' + domain_189,  // 254 bytes
                                         "a@" + std::string(63, 'l') + ".org",
                                         "anna@bücher.example", "anna@пошта.укр", "anna@例え.jp",
                                         "a@xn--bcher-kva.example"));

class EmailRefused : public testing::TestWithParam<std::string> {};

TEST_P(EmailRefused, ExplainsTheFormat) {
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
                    std::string(64, 'x') + '@' + domain_189 + "d",  // 255 bytes
                    "a@" + std::string(64, 'l') + ".org", "a@b\xff.org", "a\xc3@b.org",
                    "a@\xed\xa0\x80.org", "a@b\u200d.org", "a@b\u00a0c.org", "a@b/c.org",
                    "a@b%c.org", "a@b:25", "a@\u202e.org", "a@exa\u200bmple.org",
                    "a@exa\u00admple.org", "a\u200b@example.org",
                    // Fits as typed, but its IDNA form exceeds 253 bytes.
                    "a@" + repeat("ü.", 80) + "org"));

TEST(Email, SurroundingWhiteSpaceAndInvisibleCharactersAreRemoved) {
  for (const char* end : {" \t ", "\r\n", "\u200b", "\ufeff", "\u00a0", "\u200e", "\u202c",
                          "\u2060", "\u00ad", "\u3000", "\u2028", "\u200d", "\u061c", "\ufe0f"}) {
    const std::string text = std::string(end) + "anna@example.org" + end;
    for (const std::string& typed : {text, "anna@example.org" + std::string(end)}) {
      ASSERT_TRUE(Email::parse(typed)) << typed;
      EXPECT_EQ(Email::parse(typed)->text, "anna@example.org");
      EXPECT_EQ(InternationalEmail::parse(typed)->text, "anna@example.org");
    }
  }
}

TEST(Email, LocalPartIsAsciiAsInABrowser) { EXPECT_FALSE(Email::parse("анна@example.org")); }

TEST(InternationalEmail, MayHaveAnyScriptBeforeTheAt) {
  for (const char* text :
       {"müller@example.org", "анна@пошта.укр", "用户@例子.中国", "علی\u200cرضا@example.org",
        "o'brien+x.y@example.org", "\uFA19@example.org", "anna@example.org"}) {
    const auto email = InternationalEmail::parse(text);
    ASSERT_TRUE(email) << text;
    EXPECT_EQ(email->text, text);
  }
  EXPECT_EQ(InternationalEmail::parse("mu\u0308ller@example.org")->text, "müller@example.org");
}

TEST(InternationalEmail, AcceptsQuotedLocalPartsAndIpAddresses) {
  for (const char* text :
       {"\"a b\"@example.org", "\"anna@home\"@example.org", R"("a\"b\\c"@example.org)",
        "\"анна б\"@example.org", "a@[192.0.2.1]", "a@[IPv6:2001:db8::1]", "a@[ipv6:::1]",
        "a@sub_domain.example.org", "a@_x.org"}) {
    const auto email = InternationalEmail::parse(text);
    ASSERT_TRUE(email) << text;
    EXPECT_EQ(email->text, text);
  }
}

TEST(InternationalEmail, IsExtractedFromCopiedText) {
  for (const char* text :
       {"mailto:anna@example.org", "MAILTO:anna@example.org", "Anna <anna@example.org>",
        "\"Berg, Anna\" <anna@example.org>", "<anna@example.org>", " < anna@example.org > ",
        "Anna <mailto:anna@example.org>", "anna@example.org.", "\u2800anna@example.org\u2800"}) {
    const auto email = InternationalEmail::parse(text);
    ASSERT_TRUE(email) << text;
    EXPECT_EQ(email->text, "anna@example.org") << text;
  }
}

TEST(Email, DomainsAreShownInTheirScript) {
  const std::pair<const char*, const char*> rows[] = {
      {"xn--exmple-cua.org", "exämple.org"},
      {"XN--EXMPLE-CUA.org", "exämple.org"},
      {"xn--80a1acny.xn--p1ai", "почта.рф"},
      {"example.org", "example.org"},
      {"xn--a.org", "xn--a.org"},
      {"xn--", "xn--"},
  };
  for (const auto& [domain, expected] : rows) EXPECT_EQ(shown_domain(domain), expected) << domain;
}

TEST(InternationalEmail, RefusesInvalidAddresses) {
  for (const std::string text : {"",
                                 "müller",
                                 "@example.org",
                                 "müller@",
                                 "mü ller@example.org",
                                 "mü\u00a0ller@example.org",
                                 "mü\u200bller@example.org",
                                 "mü\u200dller@example.org",
                                 "mü\u202eller@example.org",
                                 "mü\u0085ller@example.org",
                                 "mü\xff@example.org",
                                 "ü@b@example.org",
                                 "ü@example.org>",
                                 "ü\n@example.org",
                                 "müller@exa\u00admple.org",
                                 "müller@-b.org",
                                 "\"a@example.org",
                                 "\"\"@example.org",
                                 "\"a\"b\"@example.org",
                                 "\"a\\\"@example.org",
                                 "a\"b\"@example.org",
                                 "\"a\u200bb\"@example.org",
                                 "\"a\nb\"@example.org",
                                 "a@[192.0.2]",
                                 "a@[192.0.2.256]",
                                 "a@[IPv6:1]",
                                 "a@[]",
                                 "a@[192.0.2.1",
                                 "a@exa_mple..org",
                                 "a@example.org..",
                                 "mailto:",
                                 "mailto:mailto:",
                                 "Anna <>",
                                 "Anna <anna>",
                                 "<a@example.org> b",
                                 "a\u2800b@example.org"}) {
    EXPECT_FALSE(InternationalEmail::parse(text)) << text;
  }
  EXPECT_TRUE(InternationalEmail::parse(repeat("ü", 32) + "@example.org")) << "64 bytes";
  EXPECT_FALSE(InternationalEmail::parse(repeat("ü", 32) + "u@example.org"));
}

class AccountKey : public testing::TestWithParam<std::tuple<const char*, const char*>> {};

TEST_P(AccountKey, IsNormalized) {
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

TEST(Email, AccountKeysKeepCharactersThatSearchFoldingDrops) {
  EXPECT_NE(account_key(*Email::parse("o'brien@example.org")),
            account_key(*Email::parse("obrien@example.org")));
  EXPECT_NE(account_key(*Email::parse("a`b@example.org")),
            account_key(*Email::parse("ab@example.org")));
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
