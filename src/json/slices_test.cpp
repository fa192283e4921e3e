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
  for_each_element(array, [&](std::string_view value) { all.emplace_back(value); });
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
}

TEST(JsonSlices, FindTheMembersOfAnObject) {
  EXPECT_THAT(members("{}"), IsEmpty());
  EXPECT_THAT(members(R"( { "a" : 1 , "b}":{"c":"}"} , "":true} )"),
              ElementsAre(Pair("a", "1"), Pair("b}", R"({"c":"}"})"), Pair("", "true")));
  EXPECT_EQ(member_value(R"({"a":1,"b":{"c":[]}})", 1), R"({"c":[]})");
  EXPECT_EQ(member_value(R"({"a":1})", 1), "");
}

TEST(JsonSlices, StayInsideOfWhatIsNoJson) {
  for (const std::string text : {"", "[", "{", "{\"", "{\"a", "{\"a\"", "{\"a\":", "[\"\\", "[1,",
                                 "{\"a\":{", "]", "}", ",", ":", "[[[", "{{", "\"\\"}) {
    for (const std::string& part : elements(text)) EXPECT_LE(part.size(), text.size());
    for (const auto& [name, value] : members(text)) EXPECT_LE(value.size(), text.size());
    EXPECT_LE(member_value(text, 0).size(), text.size());
  }
}

}  // namespace
}  // namespace kith::json
