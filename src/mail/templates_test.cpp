#include "mail/templates.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kith::mail {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr Time when{1'795'514'400'000'000};  // 2026-11-24T10:00:00Z

std::vector<Mail> all(const Email& to, const Site& site, std::string_view path) {
  return {password_changed(to, site, when),
          verify_address(to, site, path),
          address_change_asked(to, site, when),
          address_changed_notice(to, site, when),
          reset_password(to, site, path),
          sign_up_attempt(to, site),
          test_mail(to, site)};
}

TEST(MailTemplates, HaveTheSameTextInBothParts) {
  const Site site{"https://kith.example.org"};
  for (const Mail& mail : all({"anna@example.org"}, site, "/verify#t0ken")) {
    EXPECT_EQ(mail.to.text, "anna@example.org");
    EXPECT_FALSE(mail.subject.empty());
    EXPECT_THAT(mail.text, HasSubstr("\n" + site.url)) << "the link is a line of its own";
    EXPECT_THAT(mail.html, HasSubstr("href=\"" + site.url));
    for (const std::string* part : {&mail.text, &mail.html}) {
      EXPECT_THAT(*part, HasSubstr("anna@example.org"));
    }
  }
}

TEST(MailTemplates, LinkToThePath) {
  const Site site{"https://kith.example.org"};
  for (const Mail& mail : {verify_address({"a@b.org"}, site, "/verify#t0ken"),
                           reset_password({"a@b.org"}, site, "/verify#t0ken")}) {
    EXPECT_THAT(mail.text, HasSubstr("\nhttps://kith.example.org/verify#t0ken\n"));
    EXPECT_THAT(mail.html, HasSubstr("href=\"https://kith.example.org/verify#t0ken\""));
  }
}

TEST(MailTemplates, ContainTheTime) {
  const Site site{"https://kith.example.org"};
  for (const Mail& mail :
       {password_changed({"a@b.org"}, site, when), address_change_asked({"a@b.org"}, site, when),
        address_changed_notice({"a@b.org"}, site, when)}) {
    EXPECT_THAT(mail.text, HasSubstr("24 November 2026, 10:00 UTC"));
  }
}

TEST(MailTemplates, EscapeInsertedValues) {
  const Site site{"https://kith.example.org/\"><script>alert('1')</script>&"};
  for (const Mail& mail : all({"\"><b>x&y'@example.org"}, site, "/\"><script>")) {
    EXPECT_THAT(mail.html, Not(HasSubstr("<script")));
    EXPECT_THAT(mail.html, Not(HasSubstr("<b>")));
    EXPECT_THAT(mail.html, Not(HasSubstr("'1'")));
    EXPECT_THAT(mail.html, HasSubstr("&quot;&gt;&lt;b&gt;x&amp;y&#39;@example.org"));
  }
}

TEST(MailTemplates, LoadNoExternalResources) {
  for (const Mail& mail : all({"a@b.org"}, {"https://kith.example.org"}, "/x")) {
    for (const char* loads : {"<img", "<link", "<style", "src=", "url(", "@import", "<script"}) {
      EXPECT_THAT(mail.html, Not(HasSubstr(loads)));
    }
  }
}

}  // namespace
}  // namespace kith::mail
