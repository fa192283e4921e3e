#include "vcard/jscontact/patch.hpp"

#include <string>
#include <tuple>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

namespace kith::vcard::jscontact {
namespace {

using Row = std::tuple<const char*, const char*, const char*>;

class MergePatch : public testing::TestWithParam<Row> {};

TEST_P(MergePatch, Changes) {
  const auto& [before, patch, after] = GetParam();
  boost::json::object card = boost::json::parse(before).as_object();
  merge_patch(card, boost::json::parse(patch).as_object());
  EXPECT_EQ(boost::json::value(card), boost::json::parse(after)) << boost::json::serialize(card);
}

// The object rows of RFC 7396, appendix A.
INSTANTIATE_TEST_SUITE_P(
    Rows, MergePatch,
    testing::Values(Row{R"({"a":"b"})", R"({"a":"c"})", R"({"a":"c"})"},
                    Row{R"({"a":"b"})", R"({"b":"c"})", R"({"a":"b","b":"c"})"},
                    Row{R"({"a":"b"})", R"({"a":null})", R"({})"},
                    Row{R"({"a":"b","b":"c"})", R"({"a":null})", R"({"b":"c"})"},
                    Row{R"({"a":["b"]})", R"({"a":"c"})", R"({"a":"c"})"},
                    Row{R"({"a":"c"})", R"({"a":["b"]})", R"({"a":["b"]})"},
                    Row{R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})", R"({"a":{"b":"d"}})"},
                    Row{R"({"a":[{"b":"c"}]})", R"({"a":[1]})", R"({"a":[1]})"},
                    Row{R"({"e":null})", R"({"a":1})", R"({"e":null,"a":1})"},
                    Row{R"({})", R"({"a":{"bb":{"ccc":null}}})", R"({"a":{"bb":{}}})"}));

/// Applies a PatchObject; returns the card, or the error.
std::string patched(const char* before, const char* patch) {
  boost::json::object card = boost::json::parse(before).as_object();
  const auto done = patch_object(card, boost::json::parse(patch).as_object());
  if (done) return boost::json::serialize(card);
  EXPECT_EQ(boost::json::value(card), boost::json::parse(before));
  return done.error().pointer + ": " + done.error().message;
}

TEST(PatchObject, SetsAndRemovesMembers) {
  constexpr const char* card = R"({"emails":{"e1":{"address":"a@x","pref":1}},"a/b":{"~":1}})";
  EXPECT_EQ(patched(card, R"({"emails/e1/address":"b@x"})"),
            R"({"emails":{"e1":{"address":"b@x","pref":1}},"a/b":{"~":1}})");
  EXPECT_EQ(patched(card, R"({"emails/e1/pref":null,"a~1b/~0":2,"kind":"org","no":null})"),
            R"({"emails":{"e1":{"address":"a@x"}},"a/b":{"~":2},"kind":"org"})");
  EXPECT_EQ(patched(card, R"({"emails/e2":{"address":"c@x"},"a~1b":null})"),
            R"({"emails":{"e1":{"address":"a@x","pref":1},"e2":{"address":"c@x"}}})");
}

TEST(PatchObject, NamesTheWrongPointer) {
  constexpr const char* card = R"({"a":{"b":1},"l":[{"c":1}]})";
  EXPECT_EQ(patched(card, R"({"a/b":2,"x/y":1})"), "/x/y: has a parent that is missing");
  EXPECT_EQ(patched(card, R"({"a/b/c":1})"), "/a/b/c: has a parent that is no object");
  EXPECT_EQ(patched(card, R"({"l/0/c":1})"), "/l/0/c: has a parent that is no object");
  EXPECT_EQ(patched(card, R"({"":1})"), "/: must be a JSON Pointer without its first slash");
  EXPECT_EQ(patched(card, R"({"a/b":1,"a":{}})"), "/a/b: must not be part of another change");
  EXPECT_EQ(patched(card, R"({"a/b":1,"ab":{},"a-b":1})"),
            R"({"a":{"b":1},"l":[{"c":1}],"ab":{},"a-b":1})");
}

}  // namespace
}  // namespace kith::vcard::jscontact
