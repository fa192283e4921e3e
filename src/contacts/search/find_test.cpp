#include "contacts/search/find.hpp"

#include <random>
#include <string>

#include <gtest/gtest.h>

namespace kith::contacts {
namespace {

TEST(FindBytes, FindsAtEachPositionOfTextsOfEachLength) {
  for (std::size_t size = 1; size < 200; ++size) {
    for (std::size_t at = 0; at + 3 <= size; ++at) {
      std::string text(size, 'n');  // the needle begins and ends like the text around it
      text.replace(at, 3, "n\xffn");
      EXPECT_EQ(find_bytes(text, "n\xffn", 0), at);
      EXPECT_EQ(find_bytes(text, "n\xffn", at), at);
      EXPECT_EQ(find_bytes(text, "n\xffn", at + 1), std::string::npos);
    }
  }
}

TEST(FindBytes, FindsNothingInShorterTexts) {
  EXPECT_EQ(find_bytes("", "a", 0), std::string_view::npos);
  EXPECT_EQ(find_bytes("ab", "abc", 0), std::string_view::npos);
  EXPECT_EQ(find_bytes("abc", "c", 3), std::string_view::npos);
  const std::string text = std::string(64, 'x') + "ab";
  EXPECT_EQ(find_bytes(std::string_view(text).substr(0, 65), "ab", 0), std::string_view::npos)
      << "bytes after the end";
}

TEST(FindBytes, FindsAmongNearMatches) {
  const std::string needle = std::string(50, 'a') + "b" + std::string(50, 'a');
  const std::string hostile(5000, 'a');
  EXPECT_EQ(find_bytes(hostile, needle, 0), std::string::npos);
  EXPECT_EQ(find_bytes(hostile + needle + hostile, needle, 0), hostile.size());
}

TEST(FindBytes, MatchesTheStandardLibrary) {
  std::mt19937 random(1);
  for (int round = 0; round < 3000; ++round) {
    std::string text(random() % 400, ' ');
    for (char& each : text) each = static_cast<char>("ab\xd0"[random() % 3]);
    std::string needle(1 + random() % 70, ' ');
    for (char& each : needle) each = static_cast<char>("ab\xd0"[random() % 3]);
    // One needle that may be present, and one that rarely is.
    if (text.size() > needle.size() && round % 2 == 0) {
      needle = text.substr(random() % (text.size() - needle.size()), needle.size());
    }
    for (std::size_t from = 0; from <= text.size(); from += 1 + random() % 50) {
      ASSERT_EQ(find_bytes(text, needle, from), text.find(needle, from)) << text << ", " << needle;
    }
  }
}

}  // namespace
}  // namespace kith::contacts
