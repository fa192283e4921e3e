#include "json/slices.hpp"

#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kith::json {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

std::vector<std::string> elements(std::string_view array) {
  std::vector<std::string> all;
  for_each_element(array, [&](std::string_view value) {
    all.emplace_back(value);
    return true;
  });
  return all;
}

std::vector<std::pair<std::string, std::string>> members(std::string_view object) {
  std::vector<std::pair<std::string, std::string>> all;
  for_each_member(object, [&](auto name, auto value) { all.emplace_back(name, value); });
  return all;
}

TEST(JsonSlices, FindTheElementsOfAnArray) {
  EXPECT_THAT(elements("[]"), IsEmpty());
  EXPECT_THAT(elements(" [ ] "), IsEmpty());
  EXPECT_THAT(elements("[1]"), ElementsAre("1"));
  EXPECT_THAT(elements(" [ 1 , \"a,]\\\"\" ,{\"x\":[1,2]},\n[[],{}], null,-1.5e3 ] "),
              ElementsAre("1", "\"a,]\\\"\"", "{\"x\":[1,2]}", "[[],{}]", "null", "-1.5e3"));
  EXPECT_THAT(elements(R"(["\\","\"","a\\\"\n","\\\\",""])"),
              ElementsAre(R"("\\")", R"("\"")", R"("a\\\"\n")", R"("\\\\")", R"("")"));
}

TEST(JsonSlices, FindTheMembersOfAnObject) {
  EXPECT_THAT(members("{}"), IsEmpty());
  EXPECT_THAT(members(R"( { "a" : 1 , "b}":{"c":"}"} , "":true} )"),
              ElementsAre(Pair("a", "1"), Pair("b}", R"({"c":"}"})"), Pair("", "true")));
}

TEST(JsonSlices, StopAtAnElementThatTheVisitorRefuses) {
  int visited = 0;
  for_each_element("[1,2,3,4]", [&](std::string_view value) {
    ++visited;
    return value != "2";
  });
  EXPECT_EQ(visited, 2);
}

TEST(JsonSlices, ACursorFindsValuesByTheirIndex) {
  MemberCursor all(R"( {"a":1, "b" : {"c":[]} ,"d":"}","e":[{}]} )");
  EXPECT_EQ(all.value_at(0), "1");
  EXPECT_EQ(all.value_at(1), R"({"c":[]})");
  EXPECT_EQ(all.value_at(2), R"("}")");
  EXPECT_EQ(all.value_at(3), "[{}]");
  EXPECT_EQ(all.value_at(4), "");
  MemberCursor some(R"({"a":1,"b":{"c":[]},"d":{"x":{}},"e":[]})");
  EXPECT_EQ(some.value_at(2), R"({"x":{}})");
  EXPECT_EQ(some.value_at(3), "[]");
  EXPECT_EQ(some.value_at(9), "");
  EXPECT_EQ(some.value_at(10), "");
  EXPECT_EQ(MemberCursor("{}").value_at(0), "");
}

TEST(JsonSlices, StayWithinMalformedJson) {
  for (const std::string text : {"", "[", "{", "{\"", "{\"a", "{\"a\"", "{\"a\":", "[\"\\", "[1,",
                                 "{\"a\":{", "]", "}", ",", ":", "[[[", "{{", "\"\\"}) {
    for (const std::string& part : elements(text)) EXPECT_LE(part.size(), text.size());
    for (const auto& [name, value] : members(text)) EXPECT_LE(value.size(), text.size());
    MemberCursor values(text);
    for (std::size_t i = 0; i < 3; ++i) EXPECT_LE(values.value_at(i).size(), text.size());
  }
}

}  // namespace
}  // namespace kith::json
