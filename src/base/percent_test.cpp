#include "base/percent.hpp"

#include <gtest/gtest.h>

namespace kith {
namespace {

bool any(char) { return true; }
bool printable(char byte) { return byte >= ' ' && byte <= '~'; }

TEST(Percent, DecodesTheEscapeAtTheStartOnly) {
  EXPECT_EQ(percent_escaped("%2B1"), '+');
  EXPECT_EQ(percent_escaped("%c3"), '\xC3');
  EXPECT_EQ(percent_escaped("%00"), '\0');
  for (const char* text : {"", "%", "%2", "%2g", "%g2", "a%2B", "%%2B", "% 2"}) {
    EXPECT_FALSE(percent_escaped(text)) << text;
  }
}

TEST(Percent, DecodesAcceptedBytesAndLeavesAllElse) {
  EXPECT_EQ(percent_decoded("a%20b%2Bc", any), "a b+c");
  EXPECT_EQ(percent_decoded("%C3%A9%0A", any), "\xC3\xA9\n");
  EXPECT_EQ(percent_decoded("%C3%A9%0A%41", printable), "%C3%A9%0AA");
  EXPECT_EQ(percent_decoded("%2541", any), "%41") << "decoded once";
  EXPECT_EQ(percent_decoded("100%", any), "100%");
  EXPECT_EQ(percent_decoded("%2", any), "%2");
  EXPECT_EQ(percent_decoded("%%41", any), "%A");
  EXPECT_EQ(percent_decoded("", any), "");
}

}  // namespace
}  // namespace kith
