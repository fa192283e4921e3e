#include "http/router.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

namespace kith::http {

namespace {

Router make_router() {
  using enum Verb;
  const auto row = [](Verb verb, std::string_view path, std::string_view id) {
    return Route{verb, path, {}, Access::anyone, id};
  };
  return Router({row(get, "/", "root"), row(get, "/a", "list"), row(post, "/a", "add"),
                 row(get, "/a/fixed", "fixed"), row(get, "/a/{id}", "one"),
                 row(del, "/a/{id}", "remove"), row(get, "/a/{id}/b/{name}", "part"),
                 row(put, "/a/fixed/only", "only")});
}

class RouterFinds : public testing::TestWithParam<std::tuple<Verb, const char*, const char*>> {};

TEST_P(RouterFinds, TheRouteOfAPath) {
  const auto& [verb, path, expected] = GetParam();
  const Router router = make_router();
  const Match match = router.match(verb, path);
  EXPECT_EQ(match.route ? match.route->id : "", expected) << path;
}

INSTANTIATE_TEST_SUITE_P(
    Paths, RouterFinds,
    testing::Values(std::tuple{Verb::get, "/", "root"}, std::tuple{Verb::get, "/a", "list"},
                    std::tuple{Verb::head, "/a", "list"}, std::tuple{Verb::post, "/a", "add"},
                    std::tuple{Verb::get, "/a/fixed", "fixed"},
                    std::tuple{Verb::get, "/a/other", "one"},
                    std::tuple{Verb::get, "/a/1/b/2", "part"},
                    std::tuple{Verb::put, "/a/fixed/only", "only"},
                    std::tuple{Verb::get, "/a/", ""}, std::tuple{Verb::get, "//a", ""},
                    std::tuple{Verb::get, "/a/1/b", ""}, std::tuple{Verb::get, "/A", ""},
                    std::tuple{Verb::get, "/a/1/b/2/3", ""}, std::tuple{Verb::get, "", ""},
                    std::tuple{Verb::get, "/{id}", ""}));

TEST(Router, ReturnsTheParametersInOrder) {
  const Router router = make_router();
  const Match match = router.match(Verb::get, "/a/x%20y/b/z");
  ASSERT_EQ(match.path_values().size(), 2U);
  EXPECT_EQ(match.path_values()[0], "x%20y");
  EXPECT_EQ(match.path_values()[1], "z");
}

TEST(Router, ListsTheVerbsOfAPath) {
  const Router router = make_router();
  EXPECT_EQ(router.match(Verb::put, "/a").allow, "GET, HEAD, POST, OPTIONS");
  EXPECT_EQ(router.match(Verb::other, "/a/1").allow, "GET, HEAD, DELETE, OPTIONS");
  EXPECT_EQ(router.match(Verb::get, "/none").allow, "");
}

TEST(Router, ListsTheVerbsOfTheServer) {
  const Match match = make_router().match(Verb::options, "*");
  EXPECT_FALSE(match.route);
  EXPECT_EQ(match.allow, "GET, HEAD, POST, PUT, DELETE, OPTIONS");
}

TEST(Router, DeterminesTheProtocolOfUnknownPaths) {
  using enum Verb;
  const auto row = [](Verb verb, std::string_view path, Protocol protocol) {
    return Route{.verb = verb,
                 .path = path,
                 .endpoint = {},
                 .access = Access::anyone,
                 .id = "",
                 .protocol = protocol};
  };
  const Router router({row(get, "/", Protocol::api), row(propfind, "/", Protocol::dav),
                       row(get, "/api", Protocol::api), row(propfind, "/dav/{a}", Protocol::dav),
                       row(report, "/dav/{a}/{b}", Protocol::dav)});
  const auto protocol_of = [&](Verb verb, std::string_view path) {
    return router.match(verb, path).protocol;
  };
  EXPECT_EQ(protocol_of(get, "/"), Protocol::api);
  EXPECT_EQ(protocol_of(propfind, "/"), Protocol::dav);
  EXPECT_EQ(protocol_of(put, "/"), Protocol::api) << "405 where both are served";
  EXPECT_EQ(protocol_of(get, "/none"), Protocol::api);
  EXPECT_EQ(protocol_of(put, "/dav/x"), Protocol::dav) << "405";
  EXPECT_EQ(protocol_of(get, "/dav/x/y/z"), Protocol::dav) << "404";
  EXPECT_EQ(router.match(lock, "/dav/x").allow, "PROPFIND, OPTIONS");
}

TEST(Router, RefusesHandlersThatDoNotFitTheirPath) {
  const auto make = [](std::string_view path, int parameters) {
    return Router({{.verb = Verb::get,
                    .path = path,
                    .endpoint = {.path_parameters = parameters},
                    .access = Access::anyone,
                    .id = "a"}});
  };
  EXPECT_THROW(make("/a/{id}/b/{name}", 1), std::logic_error);
  EXPECT_THROW(make("/a", 1), std::logic_error);
  EXPECT_NO_THROW(make("/a/{id}/b/{name}", 2));
  EXPECT_NO_THROW(make("/a/{id}", -1)) << "a handler of the whole exchange";
}

TEST(BodyBytesMax, IsSmallUnlessASignedInCallerSendsWhatIsRead) {
  const auto most = [](Verb verb, Access access, bool reads_body) {
    const Route route{.verb = verb,
                      .path = "/a",
                      .endpoint = {.reads_body = reads_body},
                      .access = access,
                      .id = "a",
                      .body_bytes_max = limits::batch_bytes_max};
    return body_bytes_max_of(&route, Request{});
  };
  EXPECT_EQ(most(Verb::post, Access::contacts_change, true), limits::batch_bytes_max);
  EXPECT_EQ(most(Verb::post, Access::anyone, true), limits::access_body_bytes_max);
  EXPECT_EQ(most(Verb::post, Access::contacts_change, false), limits::access_body_bytes_max);
  EXPECT_EQ(most(Verb::get, Access::contacts_read, true), limits::access_body_bytes_max);
  EXPECT_EQ(body_bytes_max_of(nullptr, Request{}), limits::access_body_bytes_max)
      << "no such route";
}

TEST(BodyBytesMax, DependsOnTheMediaType) {
  constexpr std::array<TypedLimit, 1> limits_of_types{{{"text/vcard", 10'000'000}}};
  const Route route{.verb = Verb::post,
                    .path = "/a",
                    .endpoint = {.reads_body = true},
                    .access = Access::contacts_change,
                    .id = "a",
                    .typed_limits = limits_of_types};
  const auto most = [&](std::string_view type) {
    Request request;
    request.headers.push_back({"content-type", type});
    return body_bytes_max_of(&route, request);
  };
  EXPECT_EQ(most("Text/vCard ; charset=utf-8"), 10'000'000);
  EXPECT_EQ(most("application/json"), limits::body_bytes_max);
  EXPECT_EQ(most(""), limits::body_bytes_max);
}

TEST(Permissions, AreInTheOrderOfAccess) {
  for (std::size_t i = 0; i < permissions.size(); ++i) {
    EXPECT_EQ(static_cast<std::size_t>(permissions[i].access), i);
    EXPECT_LE(permissions[i].owner, permissions[i].graded);
  }
}

}  // namespace

}  // namespace kith::http
