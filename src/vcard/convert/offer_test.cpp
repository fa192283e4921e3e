#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "testing/vcard_corpus.hpp"
#include "vcard/convert/convert.hpp"

namespace kith::vcard {
namespace {

/// Returns a card of lines that end in `|`.
std::string card_of(std::string_view lines) {
  std::string out = "BEGIN:VCARD\r\n";
  for (const char c : lines) out += c == '|' ? "\r\n" : std::string(1, c);
  return out + "END:VCARD\r\n";
}

std::string offered(const std::string& bytes, Version version = Version::v3_0) {
  const auto document = read(bytes);
  EXPECT_TRUE(document);
  return offer(*document, {.version = version, .uid = "a-uid"});
}

struct OfferRow {
  std::string_view name;
  std::string_view stored;
  std::string_view offered;
  Version version = Version::v3_0;
};

class OfferedLines : public testing::TestWithParam<OfferRow> {};

TEST_P(OfferedLines, AreAsExpected) {
  const OfferRow& row = GetParam();
  EXPECT_EQ(offered(card_of(row.stored), row.version), card_of(row.offered));
}

// Each card has lines that no conversion would write in the same way.
INSTANTIATE_TEST_SUITE_P(
    Rows, OfferedLines,
    testing::Values(
        OfferRow{"Clean", "VERSION:3.0|N:B;A;;;|FN:A B|UID:u|item1.email;type=Internet:a@x|",
                 "VERSION:3.0|N:B;A;;;|FN:A B|UID:u|item1.email;type=Internet:a@x|"},
        OfferRow{"CleanOf40", "VERSION:4.0|fn:A B|uid:u|tel;type=Cell:1|",
                 "VERSION:4.0|fn:A B|uid:u|tel;type=Cell:1|", Version::v4_0},
        OfferRow{"QuotedPrintable",
                 "VERSION:3.0|N:B;A;;;|FN:A B|UID:u|tel;type=Cell:1|"
                 "NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:caf=C3=A9|",
                 "VERSION:3.0|N:B;A;;;|FN:A B|UID:u|tel;type=Cell:1|NOTE:caf\xC3\xA9|"},
        OfferRow{"BareParameter", "VERSION:3.0|N:B;A;;;|FN:A B|UID:u|tel;HOME:1|tel;type=Cell:2|",
                 "VERSION:3.0|N:B;A;;;|FN:A B|UID:u|tel;TYPE=home:1|tel;type=Cell:2|"},
        OfferRow{"AnotherCharacterSet", "VERSION:3.0|N:B;A;;;|FN:A B|UID:u|NOTE:caf\xE9|",
                 "VERSION:3.0|N:B;A;;;|FN:A B|UID:u|NOTE:caf\xC3\xA9|"},
        OfferRow{"SecondVersion", "VERSION:3.0|VERSION:3.0|N:B;A;;;|FN:A B|UID:u|",
                 "VERSION:3.0|N:B;A;;;|FN:A B|UID:u|"},
        OfferRow{"MisspelledVersion", "version: 3|N:B;A;;;|FN:A B|UID:u|",
                 "VERSION:3.0|N:B;A;;;|FN:A B|UID:u|"},
        OfferRow{"NoUid", "VERSION:3.0|N:B;A;;;|FN:A B|tel;type=Cell:1|",
                 "VERSION:3.0|UID:a-uid|N:B;A;;;|FN:A B|tel;type=Cell:1|"},
        OfferRow{"EmptyFullName", "VERSION:3.0|N:B;A;;;|FN:|UID:u|",
                 "VERSION:3.0|FN:A B|N:B;A;;;|UID:u|"},
        OfferRow{"NothingButText", "VERSION:3.0|N:B;A;;;|FN:A B|UID:u|no property|",
                 "VERSION:3.0|N:B;A;;;|FN:A B|UID:u|"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Offer, PutsAMissingVersionInFront) {
  EXPECT_EQ(offered(card_of("N:B;A;;;|FN:A B|TEL;TYPE=home:1|")),
            card_of("VERSION:3.0|UID:a-uid|N:B;A;;;|FN:A B|TEL;TYPE=home:1|"));
}

TEST(Offer, ConvertsOtherVersionsNestedCardsAndOldLineEnds) {
  const std::string nested =
      card_of("VERSION:3.0|N:B;A;;;|FN:A B|UID:u|BEGIN:VCARD|VERSION:3.0|FN:C|END:VCARD|");
  EXPECT_EQ(offered(nested).find("FN:C"), std::string::npos);
  EXPECT_NE(offered(card_of("VERSION:2.1|N:B;A|FN:A B|UID:u|")).find("VERSION:3.0"),
            std::string::npos);
  EXPECT_EQ(offered("BEGIN:VCARD\rVERSION:3.0\rN:B;A;;;\rFN:A B\rUID:u\rEND:VCARD\r"),
            card_of("VERSION:3.0|N:B;A;;;|FN:A B|UID:u|"));
}

TEST(Offer, AnOfferedCardIsClean) {
  const int count = test::for_each_real_card([](const auto& card) {
    for (const Version version : {Version::v3_0, Version::v4_0}) {
      const std::string once = offer(*card.document, {.version = version, .uid = "a-uid"});
      EXPECT_EQ(offered(once, version), once);
    }
  });
  if (count == 0) GTEST_SKIP() << "no folder of real cards";
  EXPECT_GE(count, test::real_cards_min);
}

}  // namespace
}  // namespace kith::vcard
