#include "vcard/writer.hpp"

#include <array>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "base/text.hpp"
#include "testing/cards.hpp"
#include "vcard/document.hpp"
#include "vcard/physical_lines.hpp"

namespace kith::vcard {
namespace {

std::string folded(std::string_view head, std::string_view value,
                   FoldStyle style = FoldStyle::anywhere) {
  std::string out;
  append_line(out, head, value, {.style = style});
  return out;
}

std::vector<std::string> physical_lines(std::string_view bytes) {
  std::vector<std::string> out;
  PhysicalLines lines(bytes);
  for (PhysicalLine line = lines.at(0); line.begin < bytes.size(); line = lines.at(line.end)) {
    out.emplace_back(bytes.substr(line.begin, line.content_bytes()));
  }
  return out;
}

TEST(Fold, DividesAt75Bytes) {
  EXPECT_EQ(folded("FN", std::string(72, 'a')), "FN:" + std::string(72, 'a') + "\r\n");
  EXPECT_EQ(folded("FN", std::string(73, 'a')), "FN:" + std::string(72, 'a') + "\r\n a\r\n");
  EXPECT_EQ(folded("FN", std::string(147, 'a')),
            "FN:" + std::string(72, 'a') + "\r\n " + std::string(74, 'a') + "\r\n a\r\n");
}

TEST(Fold, DividesNoCharacter) {
  const std::string value = std::string(71, 'a') + "ë" + std::string(71, 'b') + "😀";
  const auto all = physical_lines(folded("FN", value));
  ASSERT_EQ(all.size(), 3U);
  for (const std::string& line : all) EXPECT_TRUE(is_valid_utf8(line)) << line;
  EXPECT_EQ(all[1].substr(0, 3), " ë");
  EXPECT_EQ(all[2], " 😀");
}

TEST(Fold, BeginsNoContinuationWithAColon) {
  EXPECT_EQ(folded("NOTE", std::string(69, 'a') + "é:::b"),
            "NOTE:" + std::string(69, 'a') + "\r\n é:::b\r\n");
  EXPECT_EQ(folded("NOTE", std::string(68, 'a') + "éé:::b"),
            "NOTE:" + std::string(68, 'a') + "é\r\n é:::b\r\n");
  EXPECT_EQ(folded("X-" + std::string(73, 'A'), "1"), "X-" + std::string(72, 'A') + "\r\n A:1\r\n");
}

TEST(Fold, DividesBytesThatAreNoText) {
  const std::string value(300, '\x80');
  const auto all = physical_lines(folded("FN", value));
  EXPECT_EQ(all.size(), 5U);
  for (const std::string& line : all) EXPECT_LE(line.size(), 75U);
  EXPECT_LE(physical_lines(folded("FN", std::string(300, ':'))).size(), 5U);
}

TEST(Fold, OfLegacyCardsIsBeforeBlanks) {
  const std::string word(40, 'a');
  EXPECT_EQ(folded("NOTE", word + " " + word + "  " + word, FoldStyle::at_blanks),
            "NOTE:" + word + "\r\n " + word + " \r\n " + word + "\r\n");
  EXPECT_EQ(folded("NOTE", std::string(100, 'a'), FoldStyle::at_blanks),
            "NOTE:" + std::string(100, 'a') + "\r\n");
}

TEST(Fold, OfQuotedPrintableIsASoftBreak) {
  const std::string head = "NOTE;ENCODING=QUOTED-PRINTABLE";
  const std::string all = folded(head, std::string(43, 'a') + "=C3=AB b", FoldStyle::soft_breaks);
  EXPECT_EQ(all, head + ":" + std::string(43, 'a') + "=\r\n=C3=AB b\r\n");
  const std::string blank = folded(head, std::string(44, 'a') + "  b", FoldStyle::soft_breaks);
  EXPECT_EQ(blank, head + ":" + std::string(44, 'a') + "=\r\n=20 b\r\n");
  EXPECT_EQ(folded(head, "a=", FoldStyle::soft_breaks), head + ":a=3D\r\n");
}

TEST(Line, CannotBeginAnotherOne) {
  EXPECT_EQ(folded("NOTE", std::string("a\r\nTEL:1\nb\rc\0d", 14)), "NOTE:a\\nTEL:1\\nb\\ncd\r\n");
  EXPECT_EQ(folded("NOTE", "a\r\nb", FoldStyle::soft_breaks), "NOTE:a=0D=0Ab\r\n");
  EXPECT_EQ(folded("X\r\n-A", "b"), "X-A:b\r\n");
}

std::string param(const NewParam& each, Version version) {
  std::string out;
  append_param(out, each, version);
  return out;
}

TEST(NewParam, IsWrittenAsTheVersionDemands) {
  const NewParam types{"TYPE", {"HOME", "Cell"}};
  EXPECT_EQ(param(types, Version::v2_1), ";HOME;Cell");
  EXPECT_EQ(param(types, Version::v3_0), ";TYPE=HOME;TYPE=Cell");
  EXPECT_EQ(param(types, Version::v4_0), ";TYPE=home;TYPE=cell");
  const NewParam odd{"X-A", {"a;b:c,d", "\"e\"", "f\n^g\x01"}};
  EXPECT_EQ(param(odd, Version::v2_1), ";X-A=abcd,e,f^g");
  EXPECT_EQ(param(odd, Version::v3_0), ";X-A=\"a;b:c,d\",e,f^g");
  EXPECT_EQ(param(odd, Version::v4_0), ";X-A=\"a;b:c,d\",^'e^',f^n^^g");
}

TEST(Writer, WritesACard) {
  Writer writer(Version::v3_0);
  writer.add({.name = "N", .value = "Berg;Anna;;;"});
  writer.add({.name = "FN", .value = "Anna Berg"});
  writer.add({.name = "EMAIL", .value = "a@x", .params = {{"TYPE", {"work"}}}, .group = "item1"});
  writer.add({.name = "PHOTO", .value = std::string(80, 'A'), .params = {{"ENCODING", {"b"}}}});
  EXPECT_EQ(std::move(writer).finish(),
            "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Berg;Anna;;;\r\nFN:Anna Berg\r\n"
            "item1.EMAIL;TYPE=work:a@x\r\nPHOTO;ENCODING=b:" +
                std::string(58, 'A') + "\r\n " + std::string(22, 'A') + "\r\nEND:VCARD\r\n");
}

/// A text of letters, blanks, delimiters, escapes and characters of several bytes.
std::string random_value(std::mt19937& random, bool is_quoted) {
  constexpr std::string_view plain[] = {"a",   "bc", " ",  ":",  ";", ",",
                                        "\\n", "é",  "漢", "😀", "\t"};
  constexpr std::string_view quoted[] = {"a", "bc", " ", ":", "=C3=A9", "=0D=0A", "\t", "=3D"};
  std::string out;
  const std::size_t pieces = random() % 400;
  for (std::size_t i = 0; i < pieces; ++i) {
    out += is_quoted ? quoted[random() % std::size(quoted)] : plain[random() % std::size(plain)];
  }
  return out;
}

TEST(Fold, IsReadBackAsTheSameValue) {
  std::mt19937 random(18);
  for (std::size_t i = 0; i < 2000; ++i) {
    const Version version = std::array{Version::v2_1, Version::v3_0, Version::v4_0}[i % 3];
    const bool is_quoted = i % 2 == 0;
    std::string head = "X-" + std::string(random() % 90, 'A');
    if (is_quoted) head += ";ENCODING=QUOTED-PRINTABLE";
    const std::string value = random_value(random, is_quoted);
    const Encoding encoding = is_quoted ? Encoding::quoted_printable : Encoding::none;
    std::string bytes = "BEGIN:VCARD\nVERSION:" + std::string(to_string(version)) + "\n";
    const LineLayout layout{.line_end = i % 5 == 0 ? "\r\r\n" : "\n",
                            .fold_width = 40 + random() % 100,
                            .continuation = i % 7 == 0 ? '\t' : ' ',
                            .style = fold_style(encoding, version)};
    append_line(bytes, head, value, layout);
    const auto document = read(bytes + "END:VCARD\n");
    ASSERT_TRUE(document);
    ASSERT_EQ(document->size(), 4U) << bytes;
    std::string expected = value;
    std::string seen = document->line(2).value();
    // A blank behind a soft break is encoded.
    for (std::size_t at; is_quoted && (at = seen.find("=20")) != std::string::npos;) {
      seen.replace(at, 3, " ");
    }
    for (std::size_t at; is_quoted && (at = seen.find("=09")) != std::string::npos;) {
      seen.replace(at, 3, "\t");
    }
    ASSERT_EQ(seen, expected) << bytes;
    ASSERT_EQ(document->line(2).name.size(),
              head.find(';') == std::string::npos ? head.size() : head.find(';'));
  }
}

}  // namespace
}  // namespace kith::vcard
