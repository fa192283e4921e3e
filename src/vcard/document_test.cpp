#include "vcard/document.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/cards.hpp"

namespace kith::vcard {
namespace {

using test::card;
using test::in_words;
using test::lines;
using testing::ElementsAreArray;

std::vector<std::string> words_of(const Document& document) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < document.size(); ++i) out.push_back(in_words(document.line(i)));
  return out;
}

/// A tolerated oddity: a whole card and its lines.
struct Oddity {
  std::string name;
  std::string bytes;
  std::vector<std::string> lines;
};

class ReadsOddity : public testing::TestWithParam<Oddity> {};

TEST_P(ReadsOddity, AndKeepsTheBytes) {
  const auto document = read(GetParam().bytes);
  ASSERT_TRUE(document) << to_string(document.error().reason);
  EXPECT_THAT(words_of(*document), ElementsAreArray(GetParam().lines));
  EXPECT_EQ(test::joined(*document), GetParam().bytes);
  EXPECT_EQ(document->bytes(), GetParam().bytes);
}

/// An oddity between VERSION and END of a card.
Oddity within(std::string name, const std::string& body, const std::vector<std::string>& expected,
              std::string_view version = "3.0") {
  const std::string number(version);
  std::vector<std::string> all{"BEGIN:VCARD", "VERSION:" + number};
  all.insert(all.end(), expected.begin(), expected.end());
  all.emplace_back("END:VCARD");
  return {std::move(name), "BEGIN:VCARD\r\nVERSION:" + number + "\r\n" + body + "END:VCARD\r\n",
          std::move(all)};
}

std::string name_of(const testing::TestParamInfo<Oddity>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(
    LineEnds, ReadsOddity,
    testing::Values(
        Oddity{"Lf", "BEGIN:VCARD\nFN:A\nEND:VCARD\n", {"BEGIN:VCARD", "FN:A", "END:VCARD"}},
        Oddity{"Cr", "BEGIN:VCARD\rFN:A\r B\rEND:VCARD\r", {"BEGIN:VCARD", "FN:AB", "END:VCARD"}},
        Oddity{"DoubledCr",
               "BEGIN:VCARD\r\r\nFN:A\r\r\n B\r\r\nEND:VCARD\r\r\n",
               {"BEGIN:VCARD", "FN:AB", "END:VCARD"}},
        Oddity{"Mixed",
               "BEGIN:VCARD\r\nFN:A\n B\r C\r\nEND:VCARD\r",
               {"BEGIN:VCARD", "FN:ABC", "END:VCARD"}},
        Oddity{
            "NoneAfterEnd", "BEGIN:VCARD\nFN:A\nEND:VCARD", {"BEGIN:VCARD", "FN:A", "END:VCARD"}},
        Oddity{"BlankLines",
               "\r\n \r\nBEGIN:VCARD\r\n\r\nFN:A\r\n\r\nEND:VCARD\r\n\r\n\t\r\n",
               {"blank", "blank", "BEGIN:VCARD", "blank", "FN:A", "blank", "END:VCARD", "blank",
                "blank"}},
        Oddity{"BlanksAroundTheBoundaries",
               "  BEGIN:VCARD \r\nFN:A\r\nEND:VCARD  \r\n  \r\n",
               {"BEGIN:VCARD ", "FN:A", "END:VCARD  ", "blank"}},
        within("BlankLinesWithinAFold", "NOTE:A\r\n\r\n  \r\n B\r\nTEL:1\r\n\r\n \r\n",
               {"NOTE:A B", "TEL:1", "blank", "blank"}, "2.1"),
        within("BlankLineWithinAFold", "NOTE:A\r\n\r\n B\r\nTEL:1\r\n", {"NOTE:AB", "TEL:1"})),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Folds, ReadsOddity,
    testing::Values(Oddity{"ByteOrderMark",
                           "\xEF\xBB\xBF"
                           "BEGIN:VCARD\r\nFN:A\r\nEND:VCARD\r\n",
                           {"BEGIN:VCARD", "FN:A", "END:VCARD"}},
                    within("InsideACharacter", "FN:Zo\xC3\r\n \xAB\r\n", {"FN:Zoë"}),
                    within("Tab", "FN:A\r\n\tB\r\n", {"FN:AB"}),
                    within("EmptyContinuation", "FN:A\r\n \r\n B\r\n", {"FN:AB"}),
                    within("BeginsWithAColon", "NOTE:A\r\n : B\r\n", {"NOTE:A: B"}),
                    within("SecondBlankStays", "FN:A\r\n  B\r\n", {"FN:A B"}),
                    within("BlankStaysInLegacyCards", "FN:A\r\n  B\r\n", {"FN:A  B"}, "2.1"),
                    within("WithinTheName", "NO\r\n TE:A\r\n", {"NOTE:A"}),
                    within("WithinTheGroup", "ite\r\n m1.TEL:1\r\n", {"item1.TEL:1"}),
                    within("WithinAParameter", "TEL;TYPE=HO\r\n ME;PR\r\n EF=1:\r\n 1\r\n",
                           {"TEL;TYPE=HOME;PREF=1:1"}),
                    within("WithinAQuote", "TEL;X=\"a:\r\n b\":1\r\n", {"TEL;X=\"a:b\":1"}),
                    Oddity{"WithinEnd",
                           "BEGIN:VCARD\r\nFN:A\r\nEND:VC\r\n ARD\r\n",
                           {"BEGIN:VCARD", "FN:A", "END:VCARD"}},
                    Oddity{"AfterBegin",
                           "BEGIN:VCARD\r\n VERSION:3.0\r\n FN:A\r\nEND:VCARD\r\n",
                           {"BEGIN:VCARD", "VERSION:3.0FN:A", "END:VCARD"}}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Encodings, ReadsOddity,
    testing::Values(
        within("SoftBreak", "NOTE;ENCODING=QUOTED-PRINTABLE:A=\r\nTEL:B=\r\n C\r\nTEL:1\r\n",
               {"NOTE;ENCODING=QUOTED-PRINTABLE:ATEL:BC", "TEL:1"}, "2.1"),
        within("BareSoftBreak", "FN;QUOTED-PRINTABLE:A=\r\nB\r\n", {"FN;QUOTED-PRINTABLE:AB"}),
        within("SoftBreakBeforeABlankLine", "FN;QUOTED-PRINTABLE:A=\r\n\r\nTEL:1\r\n",
               {"FN;QUOTED-PRINTABLE:A", "TEL:1"}),
        within("EqualsSignWithoutQuotedPrintable", "FN:A=\r\nTEL:1\r\n", {"FN:A=", "TEL:1"}),
        within("Base64WithoutBlanks", "PHOTO;ENCODING=BASE64:\r\nAAAA\r\nBBBB\r\n\r\nTEL:1\r\n",
               {"PHOTO;ENCODING=BASE64:AAAABBBB", "blank", "TEL:1"}, "2.1"),
        within("Base64UntilAProperty", "PHOTO;BASE64:AAAA\r\nBBBB\r\nTEL:1\r\n",
               {"PHOTO;BASE64:AAAABBBB", "TEL:1"}, "2.1"),
        within("Base64WithBlanks", "PHOTO;ENCODING=b,b:\r\n AAAA\r\n BBBB\r\n",
               {"PHOTO;ENCODING=b,b:AAAABBBB"}),
        within("BlankLineEndsBase64", "PHOTO;BASE64:AAAA\r\n\r\n BBBB\r\n",
               {"PHOTO;BASE64:AAAA", "blank", "junk  BBBB"}, "2.1")),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    LinesWithoutAColon, ReadsOddity,
    testing::Values(within("InANote", "NOTE:A\r\nsecond\r\n\r\nfourth\r\nTEL:1\r\n",
                           {"NOTE:A\nsecond\n\nfourth", "TEL:1"}),
                    within("InAnAddress", "ADR;HOME:;;A\\\r\n1\\\r\nB;C\r\n",
                           {"ADR;HOME:;;A\\\n1\\\nB;C"}, "2.1"),
                    within("InQuotedPrintable", "FN;QUOTED-PRINTABLE:A\r\n# text\r\n",
                           {"FN;QUOTED-PRINTABLE:A\n# text"}, "2.1"),
                    within("FoldedInANote", "NOTE:A\r\nsecond\r\n half\r\n",
                           {"NOTE:A\nsecondhalf"}),
                    within("ElsewhereIsJunk", "FN:A\r\n# text\r\n more\r\nTEL:1\r\n",
                           {"FN:A", "junk # text\r\n more", "TEL:1"}),
                    within("AColonBehindOtherTextIsJunk", "FN:A\r\nsee also: B\r\n:C\r\n.TEL:1\r\n",
                           {"FN:A", "junk see also: B", "junk :C", "junk .TEL:1"})),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Heads, ReadsOddity,
    testing::Values(
        within("Groups", "item1.EMAIL:a\r\nITEM1.X-ABLabel:b\r\n4L06RU.TEL:1\r\na-b.TEL:2\r\n",
               {"item1.EMAIL:a", "ITEM1.X-ABLabel:b", "4L06RU.TEL:1", "a-b.TEL:2"}),
        within("GroupTooLong", std::string(65, 'g') + ".TEL:1\r\n",
               {"junk " + std::string(65, 'g') + ".TEL:1"}),
        within("AnyCase", "tEl;tYpE=HoMe:1\r\n", {"tEl;tYpE=HoMe:1"}),
        within("BlanksBehindTheName", "TEL :1\r\nTEL\t;HOME:2\r\n", {"TEL:1", "TEL;HOME:2"}),
        within("Quotes", "TEL;X=\"a;b:c\",\"d:e\":1\r\n", {"TEL;X=\"a;b:c\",\"d:e\":1"}),
        within("OpenQuote", "TEL;X=\"a;HOME:1:2\r\n", {"TEL;X=\"a;HOME:1:2"}),
        within("QuoteThatIsText", "TEL;X=\"a\"b:1\"\r\n", {"TEL;X=\"a\"b:1\""}),
        within("QuotesInTheValue", "EMAIL;INTERNET:\"A\" <a@x>\r\n",
               {"EMAIL;INTERNET:\"A\" <a@x>"}),
        within("HeadTooLong", "X-A;P=" + std::string(8192, 'p') + ":1\r\n",
               {"junk X-A;P=" + std::string(8192, 'p') + ":1"}),
        within("LongestHead", "X-A;P=" + std::string(8192 - 7, 'p') + ":1\r\n",
               {"X-A;P=" + std::string(8192 - 7, 'p') + ":1"}),
        within("ControlBytes", "FN:A\x01\x7F\t\r\n", {"FN:A\x01\x7F\t"}),
        within("InvalidUtf8", "FN:\xFF\xE4 A\r\n", {"FN:\xFF\xE4 A"})),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Structure, ReadsOddity,
    testing::Values(Oddity{"BeginInAnyCase",
                           "begin:vCard\nFN:A\nend:vCard\n",
                           {"begin:vCard", "FN:A", "end:vCard"}},
                    Oddity{"EndIsMissing", "BEGIN:VCARD\nFN:A\n", {"BEGIN:VCARD", "FN:A"}},
                    Oddity{"NothingElse", "BEGIN:VCARD", {"BEGIN:VCARD"}},
                    Oddity{
                        "TextBehindTheEnd",
                        "BEGIN:VCARD\nEND:VCARD\nFN:B\ntext\nEND:VCARD\n",
                        {"BEGIN:VCARD", "END:VCARD", "junk FN:B", "junk text", "junk END:VCARD"}},
                    within("Agent", "AGENT:\r\nBEGIN:VCARD\r\nFN:B\r\nEND:VCARD\r\nTEL:1\r\n",
                           {"AGENT:", "> BEGIN:VCARD", "> FN:B", "> END:VCARD", "TEL:1"}, "2.1"),
                    within("NestedWithoutAgent", "BEGIN:VCARD\r\nFN:B\r\nEND:VCARD\r\nTEL:1\r\n",
                           {"> BEGIN:VCARD", "> FN:B", "> END:VCARD", "TEL:1"}, "2.1"),
                    within("OtherComponent", "BEGIN:X\r\nFN:B\r\nEND:X\r\nTEL:1\r\n",
                           {"> BEGIN:X", "> FN:B", "> END:X", "TEL:1"}),
                    within("EndOfNothing", "END:X\r\nTEL:1\r\n", {"junk END:X", "TEL:1"}),
                    within("DeeperThanTheLimit",
                           "BEGIN:A\r\nBEGIN:A\r\nBEGIN:A\r\nBEGIN:A\r\nBEGIN:A\r\nFN:B\r\n"
                           "END:A\r\nEND:A\r\nEND:A\r\nEND:A\r\nEND:A\r\n",
                           {"> BEGIN:A", "> > BEGIN:A", "> > > BEGIN:A", "> > > > BEGIN:A",
                            "> > > > > junk BEGIN:A", "> > > > > junk FN:B", "> > > > > junk END:A",
                            "> > > > END:A", "> > > END:A", "> > END:A", "> END:A"})),
    name_of);

struct Refused {
  std::string name;
  std::string bytes;
  ReadError error;
};

class Refuses : public testing::TestWithParam<Refused> {};

TEST_P(Refuses, AndSaysWhere) {
  const auto document = read(GetParam().bytes);
  ASSERT_FALSE(document);
  const ReadError& expected = GetParam().error;
  EXPECT_EQ(to_string(document.error().reason), to_string(expected.reason));
  EXPECT_EQ(document.error().line, expected.line);
  EXPECT_EQ(document.error().column, expected.column);
}

std::string repeated(std::string_view text, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += text;
  return out;
}

const std::string head = "BEGIN:VCARD\r\nVERSION:3.0\r\n";

INSTANTIATE_TEST_SUITE_P(
    Bytes, Refuses,
    testing::Values(
        Refused{"Nothing", "", {1, 1, Refusal::not_a_card}},
        Refused{"BlankLinesAlone", "\r\n\r\n", {1, 1, Refusal::not_a_card}},
        Refused{"Html", "\r\n<html>\r\n", {2, 1, Refusal::not_a_card}},
        Refused{"Calendar", "BEGIN:VCALENDAR\r\n", {1, 1, Refusal::not_a_card}},
        Refused{"Dashes", "--BEGIN:VCARD\r\n", {1, 1, Refusal::not_a_card}},
        Refused{"TextBefore", "FN:A\r\n" + card({}), {1, 1, Refusal::not_a_card}},
        Refused{
            "Nul", head + "FN:A\r\n " + std::string("B\0", 2) + "\r\n", {4, 3, Refusal::nul_byte}},
        Refused{"NulBehindTheEnd", card({}) + std::string(1, '\0'), {4, 1, Refusal::nul_byte}},
        Refused{"Utf16LittleEndian",
                std::string("\xFF\xFE"
                            "B\0",
                            4),
                {1, 1, Refusal::utf16}},
        Refused{"Utf16BigEndian", std::string("\xFE\xFF\0B", 4), {1, 1, Refusal::utf16}},
        Refused{"TwoCards", card({}) + "\r\n" + card({}), {5, 1, Refusal::two_cards}},
        Refused{"CardAndCalendar", card({}) + "BEGIN:VCALENDAR\r\n", {4, 1, Refusal::two_cards}}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Sizes, Refuses,
    testing::Values(
        Refused{
            "Lines", head + repeated("A:\n", lines_max - 1), {100'001, 1, Refusal::too_many_lines}},
        Refused{"Line",
                head + "NOTE:" + std::string(line_bytes_max, 'n'),
                {3, line_bytes_max + 1, Refusal::line_too_long}},
        Refused{"Card",
                head + repeated("A:" + std::string(1020, 'a') + "\r\n", 10'240),
                {10'242, 999, Refusal::too_large}},
        Refused{"Nesting", repeated("BEGIN:VCARD\r\n", 256), {256, 1, Refusal::too_deep}}),
    [](const auto& info) { return info.param.name; });

TEST(Document, AcceptsTheLimits) {
  const std::string whole = head + repeated("A:\n", lines_max - 3) + "END:VCARD";
  EXPECT_TRUE(read(whole));
  const std::string large = head + "NOTE:" + std::string(card_bytes_max - head.size() - 5, 'n');
  EXPECT_EQ(large.size(), card_bytes_max);
  EXPECT_TRUE(read(large));
  EXPECT_TRUE(read(repeated("BEGIN:VCARD\r\n", 255)));
}

struct Versioned {
  std::string_view body;
  Version version;
};

class VersionOf : public testing::TestWithParam<Versioned> {};

TEST_P(VersionOf, Is) {
  const auto document =
      read("BEGIN:VCARD\r\n" + std::string(GetParam().body) + "\r\nEND:VCARD\r\n");
  ASSERT_TRUE(document);
  EXPECT_EQ(to_string(document->version()), to_string(GetParam().version)) << GetParam().body;
  EXPECT_EQ(document->has_version(), GetParam().body.find("ERSION") != std::string_view::npos);
}

INSTANTIATE_TEST_SUITE_P(
    All, VersionOf,
    testing::Values(Versioned{"VERSION:2.1", Version::v2_1},
                    Versioned{"VERSION:3.0", Version::v3_0},
                    Versioned{"VERSION:4.0", Version::v4_0}, Versioned{"VERSION:4", Version::v4_0},
                    Versioned{"VERSION: 2.1 ", Version::v2_1},
                    Versioned{"VERSION:2.\r\n 1", Version::v2_1},
                    Versioned{"VERSION:5.0", Version::v3_0}, Versioned{"VERSION:", Version::v3_0},
                    Versioned{"FN:A\r\nvERSION:4.0\r\nVERSION:2.1", Version::v4_0},
                    Versioned{"TEL;HOME:1\r\nVERSION:4.0", Version::v4_0},
                    Versioned{"FN:A", Version::v3_0}, Versioned{"TEL;HOME:1", Version::v2_1},
                    Versioned{"TEL;HOME:1\r\nTEL;type=HOME:1", Version::v3_0},
                    Versioned{"PHOTO;ENCODING=b:AA", Version::v3_0},
                    Versioned{"PHOTO;ENCODING=BASE64:AA", Version::v3_0},
                    Versioned{"PHOTO;BASE64:AA", Version::v2_1},
                    Versioned{"FN;ENCODING=QUOTED-PRINTABLE:AA", Version::v2_1},
                    Versioned{"FN;X=\"TYPE=a;b\":AA", Version::v3_0}));

TEST(Document, TakesTheVersionOfTheCardItself) {
  const auto document = read(
      lines({"BEGIN:VCARD", "AGENT:", "BEGIN:VCARD", "VERSION:2.1", "END:VCARD", "END:VCARD"}));
  ASSERT_TRUE(document);
  EXPECT_EQ(document->version(), Version::v3_0);
  EXPECT_FALSE(document->has_version());
}

TEST(Document, MeasuresHabits) {
  const auto habits = [](std::string bytes) { return read(std::move(bytes))->habits(); };
  EXPECT_EQ(habits("BEGIN:VCARD").line_end, "\r\n");
  EXPECT_EQ(habits("BEGIN:VCARD\nFN:A\r\n").line_end, "\n");
  EXPECT_EQ(habits("BEGIN:VCARD\rFN:A\n").line_end, "\r");
  EXPECT_EQ(habits("BEGIN:VCARD\r\r\nFN:A\n").line_end, "\r\r\n");
  const Habits none = habits(card({"NOTE:" + std::string(200, 'n')}));
  EXPECT_EQ(none.fold_width, 75U);
  EXPECT_EQ(none.continuation, ' ');
  const Habits tabs = habits(card({std::string(60, 'A') + ":", "\t" + std::string(61, 'b'), " c"}));
  EXPECT_EQ(tabs.fold_width, 62U);
  EXPECT_EQ(tabs.continuation, '\t');
  EXPECT_EQ(habits(card({"FN:A", " b"})).fold_width, 40U);
  EXPECT_EQ(habits(card({"FN:" + std::string(2000, 'a'), " b"})).fold_width, 998U);
}

TEST(Document, FindsItsOwnPropertiesByName) {
  const auto document =
      read(card({"tel:1", "BEGIN:X", "TEL:2", "END:X", "g.Tel;HOME:3", "TELE:4"}));
  ASSERT_TRUE(document);
  EXPECT_EQ(document->find("TEL")->value(), "1");
  EXPECT_EQ(document->find("TEL", document->find("TEL")->index + 1)->value(), "3");
  EXPECT_FALSE(document->find("FN"));
  EXPECT_EQ(document->find_all("TEL").size(), 2U);
  EXPECT_EQ(document->find_all("TEL", 1).size(), 1U);
  EXPECT_EQ(document->end_line(), document->size() - 1);
  EXPECT_FALSE(read("BEGIN:VCARD\r\n")->end_line());
}

TEST(Document, IsMovedWithItsLines) {
  auto document = read(card({"X\r\n -A:1"}));
  const Document moved = std::move(*document);
  EXPECT_EQ(in_words(moved.line(2)), "X-A:1");
}

}  // namespace
}  // namespace kith::vcard
