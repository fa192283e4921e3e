#include "accounts/rules.hpp"

#include <gtest/gtest.h>

namespace kith::accounts {
namespace {

bool allows(std::string_view policy, std::string_view email) {
  return SignupPolicy::parse(policy)->allows(*Email::parse(email));
}

TEST(SignupPolicy, IsOpenOrClosedOrOfDomains) {
  EXPECT_TRUE(allows("open", "a@example.org"));
  EXPECT_FALSE(SignupPolicy::parse("open")->is_closed());
  EXPECT_FALSE(allows("closed", "a@example.org"));
  EXPECT_TRUE(SignupPolicy::parse("closed")->is_closed());
  EXPECT_TRUE(allows("example.org, Example.NET", "a@EXAMPLE.org"));
  EXPECT_TRUE(allows("example.org, Example.NET", "a@example.net"));
  EXPECT_FALSE(allows("example.org", "a@sub.example.org"));
  EXPECT_FALSE(allows("example.org", "a@notexample.org"));
  EXPECT_FALSE(SignupPolicy::parse("example.org")->is_closed());
}

TEST(SignupPolicy, AcceptsDomainsOfAnyScript) {
  EXPECT_TRUE(allows("bücher.example", "a@xn--bcher-kva.example"));
  EXPECT_TRUE(allows("xn--bcher-kva.example", "a@BÜCHER.example"));
}

TEST(SignupPolicy, RefusesInvalidDomains) {
  for (const char* text : {"", " ", "a@b", "example.org,,", "ex ample.org", "-x.org"}) {
    EXPECT_FALSE(SignupPolicy::parse(text)) << text;
  }
}

}  // namespace
}  // namespace kith::accounts
