#include "http/request.hpp"

#include <gmock/gmock.h>

#include "http/handler.hpp"

namespace kith::http {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Request with_header(std::string_view name, std::string_view value) {
  Request request;
  request.headers.push_back({name, value});
  return request;
}

TEST(Request, FindsHeadersInAnyCase) {
  const Request request = with_header("content-TYPE", "a");
  EXPECT_EQ(request.header("Content-Type"), "a");
  EXPECT_FALSE(request.header("Content"));
}

TEST(Request, ReadsBearerTokens) {
  EXPECT_EQ(credentials_of(with_header("Authorization", "Bearer abc"), "Bearer"), "abc");
  EXPECT_EQ(credentials_of(with_header("Authorization", "bearer  abc"), "Bearer"), "abc");
  for (const char* other : {"", "Bearer", "Bearer ", "Basic abc", "Bearerabc", "abc"}) {
    EXPECT_TRUE(credentials_of(with_header("Authorization", other), "Bearer").value_or("").empty())
        << other;
  }
}

TEST(Request, ListsNameTokens) {
  EXPECT_TRUE(list_has_token("deflate, GZIP;q=0.5", "gzip"));
  EXPECT_TRUE(list_has_token("gzip", "gzip"));
  EXPECT_FALSE(list_has_token("xgzip, gzipx", "gzip"));
  EXPECT_FALSE(list_has_token("", "gzip"));
}

TEST(Request, ListsMayRefuseTokens) {
  for (const char* list : {"gzip;q=0", "gzip; q=0.000", "br, GZIP ;Q=0.0", "gzip;q=0, *"}) {
    EXPECT_FALSE(list_has_token(list, "gzip")) << list;
  }
  for (const char* list : {"gzip;q=0.001", "gzip;q=1", "br;q=0, gzip", "gzip, br;q=0"}) {
    EXPECT_TRUE(list_has_token(list, "gzip")) << list;
  }
}

TEST(Request, SurroundingBlanksAreIgnored) {
  EXPECT_EQ(trim(" \ta b\t "), "a b");
  EXPECT_EQ(trim("\t "), "");
}

TEST(Verb, IsRecognizedByItsExactName) {
  for (int i = 0; i < static_cast<int>(Verb::other); ++i) {
    const auto verb = static_cast<Verb>(i);
    EXPECT_EQ(verb_of(to_string(verb)), verb) << to_string(verb);
  }
  for (const char* unknown : {"", "get", "GETS", "ACL", "MKCALENDAR", "SEARCH", "OTHER", "BREW"}) {
    EXPECT_EQ(verb_of(unknown), Verb::other) << unknown;
  }
}

TEST(Verb, IsSafeIfItOnlyReads) {
  using enum Verb;
  for (const Verb verb : {get, head, options, propfind, report}) EXPECT_TRUE(is_safe(verb));
  for (const Verb verb : {post, put, patch, del, proppatch, mkcol, copy, move, lock, unlock}) {
    EXPECT_FALSE(is_safe(verb)) << to_string(verb);
  }
}

TEST(EntityTag, HasItsRevision) {
  EXPECT_EQ(EntityTag::parse("\"17-s\""), (EntityTag{17, "s"}));
  EXPECT_EQ(EntityTag::parse("\"17\""), (EntityTag{17, ""}));
  EXPECT_EQ(EntityTag::parse("\"17-g1\""), (EntityTag{17, "g1"}));
  for (const char* other : {"", "\"", "\"\"", "17", "W/\"17-s\"", "\"x\"", "\"-1\"", "\"17s\"",
                            "\"99999999999999999999\"", "*"}) {
    EXPECT_FALSE(EntityTag::parse(other)) << other;
  }
}

TEST(EntityTag, MayBeOneOfSeveral) {
  const auto seen = [](std::string_view sent) {
    std::vector<std::int64_t> revisions;
    const Request request = with_header("If-Match", sent);
    Response unused;
    Exchange exchange{.request = request,
                      .response = unused,
                      .path_values = {},
                      .principal = {},
                      .policy = RolePolicy::owner,
                      .now = {}};
    for (const EntityTag& tag : Extract<Conditions>::from(exchange)->if_match) {
      revisions.push_back(tag.revision);
    }
    return revisions;
  };
  EXPECT_THAT(seen("\"3-s\", \"1-s\""), ElementsAre(3, 1));
  EXPECT_THAT(seen("\"1-s\",\"3-s\" , \"1-s\""), ElementsAre(1, 3, 1));
  EXPECT_THAT(seen("W/\"3-s\", \"1-s\", \"abc\""), ElementsAre(-1, 1, -1)) << "no tags of ours";
  EXPECT_THAT(seen("*"), IsEmpty()) << "whatever there is";
}

TEST(ListsOnly, ChecksEveryMemberOfAllHeaders) {
  const auto is_plain = [](std::string_view sent) {
    return lists_only(with_header("Content-Encoding", sent), "content-encoding", "identity");
  };
  EXPECT_TRUE(lists_only(Request{}, "Content-Encoding", "identity"));
  for (const char* sent : {"", " ", "identity", "identity, Identity", ",identity ,"}) {
    EXPECT_TRUE(is_plain(sent)) << sent;
  }
  for (const char* sent :
       {"gzip", "identity, gzip", "gzip,identity", "identity;q=1", "identity x"}) {
    EXPECT_FALSE(is_plain(sent)) << sent;
  }
  Request request = with_header("Content-Encoding", "identity");
  request.headers.push_back({"Content-Encoding", "gzip"});
  EXPECT_FALSE(lists_only(request, "Content-Encoding", "identity"));
}

TEST(EntityTag, ExcludesRevisionsWeakly) {
  const auto excluded = [](std::string_view sent) {
    const Request request = with_header("If-None-Match", sent);
    std::vector<std::int64_t> revisions;
    for (const EntityTag& tag : Conditions::of(request).excluded()) {
      revisions.push_back(tag.revision);
    }
    return revisions;
  };
  EXPECT_THAT(excluded("\"3-s\", W/\"1-s\""), ElementsAre(3, 1));
  EXPECT_THAT(excluded("\"abc\", abc"), IsEmpty());
  EXPECT_THAT(excluded("*"), IsEmpty());
  EXPECT_THAT(excluded(""), IsEmpty());
}

TEST(EntityTag, IsReadFromAllHeaderLines) {
  Request request = with_header("If-None-Match", "\"3-s\"");
  request.headers.push_back({"if-none-match", "\"4-s\""});
  EXPECT_THAT(Conditions::of(request).excluded(),
              ElementsAre(EntityTag{3, "s"}, EntityTag{4, "s"}));
  EXPECT_TRUE(Conditions::of(request).is_unchanged("\"4-s\""));
}

TEST(EntityTag, IsComparedWeaklyForReads) {
  const auto unchanged = [](std::string_view sent) {
    const Request request = with_header("If-None-Match", sent);
    return Conditions::of(request).is_unchanged("\"17-s\"");
  };
  EXPECT_TRUE(unchanged("\"17-s\""));
  EXPECT_TRUE(unchanged("W/\"17-s\""));
  EXPECT_TRUE(unchanged("\"1\", \"17-s\" , \"2\""));
  EXPECT_TRUE(unchanged("*"));
  EXPECT_FALSE(unchanged(""));
  EXPECT_FALSE(unchanged("\"17\""));
  EXPECT_FALSE(unchanged("17-s"));
}

}  // namespace

}  // namespace kith::http
