#include "http/cookies.hpp"

#include <gtest/gtest.h>

namespace kith::http {
namespace {

Request with(std::string_view name, std::string_view value) {
  Request request;
  request.headers.push_back({name, value});
  return request;
}

TEST(Cookies, AreFoundByTheirWholeName) {
  const Request request = with("Cookie", "a=1; kith=x=y ;kith_b=2; kith=later");
  EXPECT_EQ(cookie_of(request, "kith"), "x=y");
  EXPECT_EQ(cookie_of(request, "kith_b"), "2");
  EXPECT_EQ(cookie_of(request, "a"), "1");
  EXPECT_EQ(cookie_of(request, "b"), std::nullopt);
  EXPECT_EQ(cookie_of(with("Cookie", "kith; =x"), "kith"), std::nullopt);
  EXPECT_EQ(cookie_of(Request(), "kith"), std::nullopt);
}

TEST(Cookies, AreHiddenFromScriptsAndOtherSites) {
  Response response;
  set_cookie(response, {"kith", "v", "/api", std::chrono::minutes(1), true});
  EXPECT_EQ(response.headers,
            "Set-Cookie: kith=v; Path=/api; Max-Age=60; HttpOnly; SameSite=Lax; Secure\r\n");
}

TEST(Cookies, DetectRequestsOfOtherSites) {
  EXPECT_TRUE(is_from_other_site(with("Sec-Fetch-Site", "cross-site")));
  EXPECT_TRUE(is_from_other_site(with("Sec-Fetch-Site", "same-site")));
  EXPECT_FALSE(is_from_other_site(with("Sec-Fetch-Site", "same-origin")));
  EXPECT_FALSE(is_from_other_site(Request()));
}

}  // namespace
}  // namespace kith::http
