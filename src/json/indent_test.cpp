#include "json/indent.hpp"

#include <gtest/gtest.h>

namespace kith::json {
namespace {

TEST(Indent, PutsEachMemberAndItemOnALine) {
  EXPECT_EQ(indent(R"({"a":[1,{"b":null}],"c":{}})"),
            "{\n  \"a\": [\n    1,\n    {\n      \"b\": null\n    }\n  ],\n  \"c\": {}\n}");
}

TEST(Indent, DoesNotChangeStrings) {
  EXPECT_EQ(indent(R"(["{,:}","\"[","\\"])"), "[\n  \"{,:}\",\n  \"\\\"[\",\n  \"\\\\\"\n]");
}

TEST(Indent, KeepsScalarsAndEmptyContainers) {
  EXPECT_EQ(indent("1"), "1");
  EXPECT_EQ(indent("[]"), "[]");
  EXPECT_EQ(indent("\"\""), "\"\"");
}

}  // namespace
}  // namespace kith::json
