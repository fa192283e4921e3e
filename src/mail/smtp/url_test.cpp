#include "mail/smtp/url.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kith::mail::smtp {
namespace {

struct Row {
  const char* text;
  const char* place;
  Security security;
  const char* user = "";
  const char* password = "";
  const char* ca_file = "";
};

class UrlAccepted : public testing::TestWithParam<Row> {};

TEST_P(UrlAccepted, IsParsed) {
  const Row& row = GetParam();
  const auto url = Url::parse(row.text);
  ASSERT_TRUE(url) << row.text << ": " << url.error();
  EXPECT_EQ(url->place(), row.place);
  EXPECT_EQ(url->security, row.security);
  EXPECT_EQ(url->user, row.user);
  EXPECT_EQ(url->password, row.password);
  EXPECT_EQ(url->ca_file, row.ca_file);
  EXPECT_EQ(url->text, row.text);
}

INSTANTIATE_TEST_SUITE_P(
    Smtp, UrlAccepted,
    testing::Values(Row{"smtp://ann:secret@mail.example.org:587", "mail.example.org:587",
                        Security::starttls, "ann", "secret"},
                    Row{"smtp://mail.example.org", "mail.example.org:587", Security::starttls},
                    Row{"smtp://mail.example.org:25/", "mail.example.org:25", Security::starttls},
                    Row{"smtps://mail.example.org", "mail.example.org:465", Security::tls},
                    Row{"smtps://a%40b.org:p%3Aw%2F%25@mail.example.org:4465",
                        "mail.example.org:4465", Security::tls, "a@b.org", "p:w/%"},
                    Row{"smtp://127.0.0.1:2525?tls=off", "127.0.0.1:2525", Security::none},
                    Row{"smtp://mailhog:1025?tls=off", "mailhog:1025", Security::none},
                    Row{"smtp://ann:secret@[::1]:25?tls=off", "[::1]:25", Security::none, "ann",
                        "secret"},
                    Row{"smtp://ann:secret@localhost:25?tls=off", "localhost:25", Security::none,
                        "ann", "secret"},
                    Row{"smtps://mail.example.org?ca=/etc/ca.pem", "mail.example.org:465",
                        Security::tls, "", "", "/etc/ca.pem"}));

TEST(SmtpUrl, RefusesInvalidUrls) {
  for (const char* text :
       {"mail.example.org", "mail.example.org:587", "http://mail.example.org", "smtp://",
        "smtp://mail.example.org:99999", "smtp://mail.example.org?tls=on",
        "smtp://mail.example.org?x=1", "smtp://mail.example.org?ca=", "smtp://mail.example.org/x",
        "smtp://mail.example.org#x", "smtps://mail.example.org?tls=off", "smtp://a b/",
        "smtp://u:p%0D%0AX@mail.example.org", "smtp://mail.example.org\r\n"}) {
    EXPECT_FALSE(Url::parse(text)) << text;
  }
}

TEST(SmtpUrl, SendsNoUnencryptedPassword) {
  for (const char* text :
       {"smtp://ann:secret@mail.example.org?tls=off", "smtp://ann:secret@127.example.org?tls=off",
        "smtp://ann:secret@10.0.0.1?tls=off"}) {
    const auto url = Url::parse(text);
    ASSERT_FALSE(url) << text;
    EXPECT_THAT(url.error(), testing::HasSubstr("unencrypted"));
    EXPECT_THAT(url.error(), testing::Not(testing::HasSubstr("secret")));
  }
}

TEST(SmtpUrl, MayBeAbsent) { EXPECT_TRUE(Url::parse("").value().empty()); }

}  // namespace
}  // namespace kith::mail::smtp
