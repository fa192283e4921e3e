#include "vcard/values/value.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kith::vcard {
namespace {

using testing::ElementsAre;

/// A card of one line. REQUIRES: the version is `2.1`, `3.0` or `4.0`.
Document card(std::string_view version, std::string_view line) {
  return *read("BEGIN:VCARD\r\nVERSION:" + std::string(version) + "\r\n" + std::string(line) +
               "\r\nEND:VCARD\r\n");
}

std::string text(std::string_view version, std::string_view line) {
  return text_of(card(version, line).line(2));
}

TEST(Value, DecodesTransferEncodingThenCharsetThenEscapes) {
  EXPECT_EQ(text("2.1", "NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Gr=C3=BC=\r\n=C3=9Fe\\; b"),
            "Grüße; b");
  EXPECT_EQ(text("3.0", "NOTE;QUOTED-PRINTABLE:a=0D=0Ab"), "a\nb");
  EXPECT_EQ(text("2.1", "FN;CHARSET=SHIFT_JIS:\x88\xC9\x94\x5C"), "伊能");
  EXPECT_EQ(text("2.1", "NOTE;ENCODING=BASE64;CHARSET=ISO-8859-1:TfxsbGVy\r\n"), "Müller");
  EXPECT_EQ(text("2.1", "NOTE;ENCODING=QUOTED-PRINTABLE:a=00b"), "ab");
}

TEST(Value, WithoutCharsetTheVersionDecides) {
  EXPECT_EQ(text("2.1", "FN:Zo\xC3\xAB M\xFCller"), "ZoÃ« Müller");
  EXPECT_EQ(text("3.0", "FN:Zo\xC3\xAB M\xFCller"), "Zoë Müller");
  EXPECT_EQ(text("3.0", "FN;CHARSET=windows-1251:\xCC\xE8\xF0"), "Мир");
  EXPECT_EQ(text("4.0", "FN:Zo\xC3\r\n \xAB"), "Zoë");
}

TEST(Value, BackslashesOf21EscapeInSomePropertiesOnly) {
  EXPECT_EQ(text("2.1", R"(FN:A;B\C\;D:E\\)"), R"(A;B\C\;D:E\\)");
  EXPECT_EQ(text("2.1", R"(NOTE:a\, b\nc)"), "a, b\nc");
  EXPECT_EQ(text("3.0", R"(TITLE:a\, b\nc)"), "a, b\nc");
}

TEST(Value, ComponentsAndListsFollowTheVersion) {
  EXPECT_THAT(
      components_of(card("3.0", "N:Doe;John;Richter,James").line(2)),
      ElementsAre(ElementsAre("Doe"), ElementsAre("John"), ElementsAre("Richter", "James")));
  EXPECT_THAT(components_of(card("2.1", "N:Doe;John;Richter,James").line(2)),
              ElementsAre(ElementsAre("Doe"), ElementsAre("John"), ElementsAre("Richter,James")));
  EXPECT_THAT(components_of(card("2.1", "N;CHARSET=SHIFT_JIS:\x88\xC9\x94\x5C;\x8C\x68").line(2)),
              ElementsAre(ElementsAre("伊能"), ElementsAre("敬")));
  EXPECT_THAT(list_of(card("3.0", R"(CATEGORIES:A,B\, C;D)").line(2)), ElementsAre("A", "B, C;D"));
  EXPECT_THAT(list_of(card("2.1", "CATEGORIES:A;B, C").line(2)), ElementsAre("A", "B, C"));
}

}  // namespace
}  // namespace kith::vcard
