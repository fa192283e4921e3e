#include "vcard/values/tel.hpp"

#include <string>
#include <tuple>

#include <gtest/gtest.h>

namespace kith::vcard {
namespace {

TEST(Tel, ShowsUris) {
  EXPECT_EQ(shown_phone("tel:+49-30-1;ext=5"), "+49-30-1 ext. 5");
  EXPECT_EQ(shown_phone("TEL:+49-30-1"), "+49-30-1");
  EXPECT_EQ(shown_phone("tel:7042;phone-context=example.com"), "7042");
  EXPECT_EQ(shown_phone("tel:+1%20555;EXT=%35"), "+1 555 ext. 5");
  EXPECT_EQ(shown_phone("tel:+1%00555"), "+1555");
  EXPECT_EQ(shown_phone(" +49 30 1 "), "+49 30 1");
  EXPECT_EQ(shown_phone("sip:a@b.example"), "sip:a@b.example");
  EXPECT_TRUE(has_hidden_parameters("tel:7042;phone-context=example.com"));
  EXPECT_FALSE(has_hidden_parameters("tel:+1;ext=5"));
}

TEST(Tel, DialsUpToThePause) {
  constexpr std::tuple<const char*, const char*> numbers[] = {{"+1 555 0100", "+1 555 0100"},
                                                              {"+1 555 0100,,5", "+1 555 0100"},
                                                              {"+1 555 0100;5", "+1 555 0100"},
                                                              {"5550100p5", "5550100"},
                                                              {"5550100w5", "5550100"},
                                                              {"+49-30-1 ext. 5", "+49-30-1"},
                                                              {"555 x5", "555"},
                                                              {"1-800-FLOWERS", "1-800-FLOWERS"},
                                                              {"1 800 waxworks", "1 800 waxworks"},
                                                              {",5", ",5"},
                                                              {"", ""},
                                                              {"555P", "555"}};
  for (const auto& [text, first] : numbers) EXPECT_EQ(dialled(text), first) << text;
}

TEST(Tel, MakesUrisOfInternationalNumbers) {
  EXPECT_EQ(tel_uri("+49 30 1"), "tel:+49-30-1");
  EXPECT_EQ(tel_uri(" +49  30 1 "), "tel:+49-30-1");
  EXPECT_EQ(tel_uri("+49 (30) 1.2"), "tel:+49-(30)-1.2");
  EXPECT_EQ(tel_uri("+49-30-1 ext. 5"), "tel:+49-30-1;ext=5");
  EXPECT_EQ(tel_uri("+49-30-1x5"), "tel:+49-30-1;ext=5");
  for (const char* text :
       {"030 1", "", "+", "+49 30 1,,5", "+49 FLOWERS", "tel:+49", "+49 30 / 1"}) {
    EXPECT_FALSE(tel_uri(text)) << text;
  }
}

TEST(Tel, AShownUriIsMadeAgain) {
  for (const char* uri : {"tel:+49-30-1", "tel:+1-555-0100;ext=12", "tel:+(1)2.3"}) {
    EXPECT_EQ(tel_uri(shown_phone(uri)), uri);
  }
}

}  // namespace
}  // namespace kith::vcard
