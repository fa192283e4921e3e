#include "vcard/cards.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/cards.hpp"

namespace kith::vcard {
namespace {

using test::card;
using test::lines;
using testing::ElementsAreArray;

/// A card in words: the line of its BEGIN, and the lines between or the refusal.
std::string in_words(const FileCard& found) {
  std::string out = std::to_string(found.line) + ":";
  if (!found.document) {
    const ReadError& error = found.document.error();
    return out + " " + std::string(to_string(error.reason)) + " at " + std::to_string(error.line) +
           ":" + std::to_string(error.column);
  }
  for (std::size_t i = 1; i < found.document->size(); ++i) {
    const Line line = found.document->line(i);
    const bool is_frame =
        line.depth == 0 && (line.kind != LineKind::property || line.is("VERSION"));
    if (!is_frame) out += " " + test::in_words(line);
  }
  return out + (found.document->end_line() ? "" : " (no END)");
}

struct File {
  std::string name;
  std::string bytes;
  std::vector<std::string> cards;
  std::size_t junk_lines = 0;
};

class CardsOf : public testing::TestWithParam<File> {};

TEST_P(CardsOf, AreReadOneByOne) {
  Cards cards(GetParam().bytes);
  std::vector<std::string> found;
  while (const auto next = cards.next()) {
    found.push_back(in_words(*next));
    if (next->document) EXPECT_EQ(next->document->bytes(), next->bytes);
  }
  EXPECT_THAT(found, ElementsAreArray(GetParam().cards));
  EXPECT_EQ(cards.junk_lines(), GetParam().junk_lines);
  EXPECT_FALSE(cards.next());
}

const std::string nul_card =
    "BEGIN:VCARD\r\nFN:B\r\nNOTE:" + std::string(1, '\0') + "\r\nEND:VCARD\r\n";

INSTANTIATE_TEST_SUITE_P(
    All, CardsOf,
    testing::Values(
        File{"None", "", {}}, File{"TextAlone", "a\nb\n\nc:d\n", {}, 3},
        File{"One", card({"FN:A"}), {"1: FN:A"}},
        File{"TwoWithTextBetween",
             card({"FN:A"}) + "\r\ntext\r\nTEL:1\r\n" + card({"FN:B"}) + "x\r\n",
             {"1: FN:A", "8: FN:B"},
             3},
        File{"ByteOrderMark", "\xEF\xBB\xBF" + card({"FN:A"}), {"1: FN:A"}},
        File{"ByteOrderMarkOfEach",
             "\xEF\xBB\xBF" + card({"FN:A"}) + "\xEF\xBB\xBF" + card({"FN:B"}),
             {"1: FN:A", "5: FN:B"}},
        File{"BeginEndsAnOpenCard",
             lines({"BEGIN:VCARD", "FN:A"}) + lines({"BEGIN:VCARD", "FN:B", "END:VCARD"}, "\n"),
             {"1: FN:A (no END)", "3: FN:B"}},
        File{"EndIsMissing", card({"FN:A"}) + "BEGIN:VCARD\nFN:B", {"1: FN:A", "5: FN:B (no END)"}},
        File{"Agent",
             card({"AGENT:", "", "BEGIN:VCARD", "FN:B", "END:VCARD", "TEL:1"}) + card({"FN:C"}),
             {"1: AGENT: > BEGIN:VCARD > FN:B > END:VCARD TEL:1", "10: FN:C"}},
        File{"AgentWithText",
             card({"AGENT:B", "BEGIN:VCARD", "FN:B", "END:VCARD"}),
             {"1: AGENT:B (no END)", "4: FN:B"},
             1},
        File{"OtherComponentsBetween",
             card({"FN:A"}) + lines({"BEGIN:VCALENDAR", "X:1", "END:VCALENDAR"}) + card({"FN:B"}),
             {"1: FN:A", "8: FN:B"},
             3},
        File{"OtherComponentWithin",
             card({"BEGIN:X", "END:X", "FN:A"}),
             {"1: > BEGIN:X > END:X FN:A"}},
        File{"ARefusedOneStopsNone",
             card({"FN:A"}) + nul_card + card({"FN:C"}),
             {"1: FN:A", "5: nul_byte at 7:6", "9: FN:C"}},
        File{"BeginWithinQuotedPrintable",
             card({"NOTE;QUOTED-PRINTABLE:a=", "BEGIN:VCARD", "FN:A"}),
             {"1: NOTE;QUOTED-PRINTABLE:aBEGIN:VCARD FN:A"}}),
    [](const auto& info) { return info.param.name; });

TEST(Cards, RefusesALargeCardAndGoesOn) {
  const std::string large = "BEGIN:VCARD\nNOTE:" + std::string(2 * card_bytes_max, 'n') + "\n";
  const std::string file = card({"FN:A"}) + large + "END:VCARD\n" + card({"FN:C"});
  Cards cards(file);
  EXPECT_EQ(in_words(*cards.next()), "1: FN:A");
  EXPECT_EQ(in_words(*cards.next()), "5: too_large at 6:10485749");
  EXPECT_EQ(in_words(*cards.next()), "8: FN:C");
  EXPECT_FALSE(cards.next());
}

}  // namespace
}  // namespace kith::vcard
