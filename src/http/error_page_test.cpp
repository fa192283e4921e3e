#include "http/error_page.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/problem.hpp"

namespace kith::http {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view browser =
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8";

struct Case {
  const char* name;
  Verb verb;
  std::string_view path;
  std::string_view accept;
  std::string_view content_type;
};

class ErrorPageTest : public testing::TestWithParam<Case> {};

TEST_P(ErrorPageTest, IsChosenByAddressAndAccept) {
  Request request;
  request.verb = GetParam().verb;
  request.path = GetParam().path;
  if (!GetParam().accept.empty()) request.headers = {{"Accept", GetParam().accept}};
  Response response;
  write_problem(response, {.code = Errc::not_found, .detail = "d"}, request);
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.content_type, GetParam().content_type);
}

constexpr std::string_view html = "text/html; charset=utf-8";
constexpr std::string_view json = "application/problem+json";

INSTANTIATE_TEST_SUITE_P(
    , ErrorPageTest,
    testing::Values(Case{"ABrowserThatOpensAPage", Verb::get, "/nowhere", browser, html},
                    Case{"AHeadRequest", Verb::head, "/nowhere", browser, html},
                    Case{"AnAddressOfTheApi", Verb::get, "/api/v1/nothing", browser, json},
                    Case{"TheApiItself", Verb::get, "/api", browser, json},
                    Case{"AnAddressBook", Verb::get, "/dav/books/1", browser, json},
                    Case{"TheRootOfCardDav", Verb::get, "/dav", browser, json},
                    Case{"AWellKnownUri", Verb::get, "/.well-known/carddav", browser, json},
                    Case{"AHeadOfAWellKnownUri", Verb::head, "/.well-known/carddav", browser, json},
                    Case{"APageWithASimilarName", Verb::get, "/davina", browser, html},
                    Case{"APost", Verb::post, "/", browser, json},
                    Case{"ACommandLineClient", Verb::get, "/nowhere", "*/*", json},
                    Case{"NoAcceptHeader", Verb::get, "/nowhere", "", json},
                    Case{"AClientThatTakesBoth", Verb::get, "/nowhere",
                         "application/json, text/html;q=0.5", json},
                    Case{"AClientThatRefusesHtml", Verb::get, "/nowhere", "text/html;q=0", json},
                    Case{"ARequestThatWasNotRead", Verb::get, "", browser, json}),
    [](const auto& info) { return info.param.name; });

TEST(ErrorPage, EscapesTheDetailAndLoadsOnlyAssets) {
  Request request;
  request.path = "/";
  Response response;
  write_error_page(response, {404, "Not found", "<script>alert('x')</script>"}, request);
  EXPECT_THAT(response.body, HasSubstr("&lt;script&gt;alert(&#39;x&#39;)"));
  EXPECT_THAT(response.body, Not(HasSubstr("<script")));
  EXPECT_THAT(response.headers, HasSubstr("Content-Security-Policy: default-src 'self'"));
}

}  // namespace
}  // namespace kith::http
