#include "http/reply.hpp"

#include <gtest/gtest.h>

namespace kith::http {
namespace {

std::string next_page(std::string_view query) {
  Request request;
  request.path = "/api/v1/contacts";
  request.query = query;
  return target_with_cursor(request, "NEXT");
}

TEST(TargetWithCursor, KeepsTheQueryAndReplacesTheCursor) {
  EXPECT_EQ(next_page(""), "/api/v1/contacts?cursor=NEXT");
  EXPECT_EQ(next_page("limit=2&q=a%20b+c"), "/api/v1/contacts?limit=2&q=a%20b+c&cursor=NEXT");
  EXPECT_EQ(next_page("cursor=old&limit=2"), "/api/v1/contacts?limit=2&cursor=NEXT");
  EXPECT_EQ(next_page("&&limit=2&"), "/api/v1/contacts?limit=2&cursor=NEXT");
  EXPECT_EQ(next_page("cursors=1"), "/api/v1/contacts?cursors=1&cursor=NEXT");
}

TEST(TargetWithCursor, FindsAPercentEncodedCursor) {
  for (const char* query :
       {"cursor", "cursor=", "%63ursor=old", "cursor=a&cursor=b", "%63%75rsor"}) {
    EXPECT_EQ(next_page(query), "/api/v1/contacts?cursor=NEXT") << query;
  }
}

TEST(TargetWithCursor, EncodesCharactersThatWouldEndTheLink) {
  EXPECT_EQ(next_page("q=a>;rel=\"x\""), "/api/v1/contacts?q=a%3E;rel=%22x%22&cursor=NEXT");
  EXPECT_EQ(next_page("q=\xC3\xA9|{}"), "/api/v1/contacts?q=%C3%A9%7C%7B%7D&cursor=NEXT");
}

}  // namespace
}  // namespace kith::http
