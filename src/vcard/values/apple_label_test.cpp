#include "vcard/values/apple_label.hpp"

#include <gtest/gtest.h>

namespace kith::vcard {
namespace {

TEST(AppleLabel, ReadsWellKnownNames) {
  EXPECT_EQ(read_apple_label("_$!<HomePage>!$_"), (AppleLabel{"HomePage", true}));
  EXPECT_EQ(read_apple_label(" _$!<Other>!$_ "), (AppleLabel{"Other", true}));
}

TEST(AppleLabel, OthersAreText) {
  for (const char* text : {"Allotment", "", "_$!<>!$_", "_$!<x", "x>!$_", "_$!<!$_"}) {
    EXPECT_EQ(read_apple_label(text), (AppleLabel{text, false})) << text;
  }
}

TEST(AppleLabel, IsWrittenAsRead) {
  for (const char* text : {"_$!<HomePage>!$_", "Allotment", ""}) {
    EXPECT_EQ(write_apple_label(read_apple_label(text)), text);
  }
}

}  // namespace
}  // namespace kith::vcard
