#include "mail/mime.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kith::mail {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string header(std::string_view value) {
  std::string out;
  append_header(out, "Subject", value);
  return out;
}

std::string printable(std::string_view text) {
  std::string out;
  append_quoted_printable(out, text);
  return out;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto end = text.find("\r\n");
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 2);
  }
  return lines;
}

std::string repeat(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

TEST(MailHeader, IsPlainIfPossible) {
  EXPECT_EQ(header("Your password was changed"), "Subject: Your password was changed\r\n");
  EXPECT_EQ(header(""), "Subject: \r\n");
}

TEST(MailHeader, IsEncodedIfNecessary) {
  EXPECT_EQ(header("Grüße"), "Subject: =?UTF-8?B?R3LDvMOfZQ==?=\r\n");
  EXPECT_EQ(header("=?UTF-8?Q?x?="), "Subject: =?UTF-8?B?PT9VVEYtOD9RP3g/PQ==?=\r\n")
      << "what looks encoded is not decoded by the reader";
}

TEST(MailHeader, CannotInjectAnotherHeader) {
  for (const char* hostile : {"a\r\nBcc: x@example.org", "a\nBcc: x@example.org",
                              "a\rBcc: x@example.org", "a\r\n\r\nbody", "ä\r\nBcc: x@example.org",
                              "a\x0B\x0C\x7F\x1B[2J", "a\r\n .\r\nQUIT\r\n"}) {
    const auto lines = lines_of(header(hostile));
    ASSERT_FALSE(lines.empty());
    EXPECT_TRUE(lines.front().starts_with("Subject: "));
    for (std::size_t i = 1; i < lines.size(); ++i) EXPECT_TRUE(lines[i].starts_with(" =?"));
    for (const std::string& line : lines) {
      EXPECT_EQ(line.find_first_of("\r\n\x0B\x0C\x7F\x1B"), std::string::npos) << hostile;
    }
  }
  const std::string nul = header(std::string_view("a\0b", 3));
  EXPECT_EQ(nul, "Subject: a b\r\n");
}

TEST(MailHeader, IsFoldedBetweenCharacters) {
  const auto lines = lines_of(header(repeat("Ж", 300)));
  EXPECT_GT(lines.size(), 10U);
  for (const std::string& line : lines) EXPECT_LE(line.size(), header_line_bytes_max + 4);
  EXPECT_EQ(encoded_words(repeat("Ж", 23)),
            "=?UTF-8?B?" + repeat("0JbQltCW", 7) + "0JY=?=\r\n =?UTF-8?B?0JY=?=");
}

TEST(MailHeader, ReplacesInvalidCharacters) {
  EXPECT_EQ(one_line("a\xFF\x80z"), "a??z");
  EXPECT_EQ(one_line("a\tb\nc"), "a b c");
}

TEST(MailPhrase, IsQuotedOrEncoded) {
  EXPECT_EQ(phrase("Kith"), "Kith");
  EXPECT_EQ(phrase("My Kith 2"), "My Kith 2");
  EXPECT_EQ(phrase("Kith, Inc."), "\"Kith, Inc.\"");
  EXPECT_EQ(phrase(R"(a"b\c)"), R"("a\"b\\c")");
  EXPECT_EQ(phrase("Jürgen"), "=?UTF-8?B?SsO8cmdlbg==?=");
  EXPECT_EQ(phrase("x\r\nBcc: y"), "\"x  Bcc: y\"");
}

TEST(QuotedPrintable, EncodesSpecialCharacters) {
  EXPECT_EQ(printable("a=b\n"), "a=3Db\r\n");
  EXPECT_EQ(printable("ä\n"), "=C3=A4\r\n");
  EXPECT_EQ(printable("blank \nx"), "blank=20\r\nx\r\n");
  EXPECT_EQ(printable("-- \n"), "--=20\r\n");
  EXPECT_EQ(printable("\n\n"), "\r\n\r\n");
  EXPECT_EQ(printable("a\tb\rc\n"), "a=09b=0Dc\r\n");
  EXPECT_EQ(printable(".\nFrom me\nFrome\n"), "=2E\r\n=46rom me\r\nFrome\r\n");
}

TEST(QuotedPrintable, KeepsLinesShort) {
  for (const std::string& text : {repeat("x", 1000), repeat("ä", 500), repeat("=", 333)}) {
    const auto lines = lines_of(printable(text));
    for (const std::string& line : lines) EXPECT_LE(line.size(), 76U);
    std::string joined;
    for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
      EXPECT_TRUE(lines[i].ends_with('=')) << lines[i];
      joined += lines[i].substr(0, lines[i].size() - 1);
    }
    joined += lines.back();
    EXPECT_THAT(joined, Not(HasSubstr("\r")));
    const std::size_t unit = text.front() == 'x' ? 1 : 3;
    EXPECT_EQ(joined.size(), text.size() * unit);
  }
}

}  // namespace
}  // namespace kith::mail
