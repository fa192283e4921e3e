#include "vcard/values/charset.hpp"

#include <random>
#include <string>
#include <tuple>

#include <gtest/gtest.h>

#include "base/text.hpp"

namespace kith::vcard {
namespace {

class Charsets : public testing::TestWithParam<std::tuple<const char*, const char*, const char*>> {
};

TEST_P(Charsets, BecomeUtf8) {
  const auto& [charset, bytes, text] = GetParam();
  EXPECT_EQ(to_utf8(bytes, charset), text) << charset;
}

INSTANTIATE_TEST_SUITE_P(Values, Charsets,
                         testing::Values(std::tuple{"UTF-8", "Dvořák", "Dvořák"},
                                         std::tuple{"utf8", "M\xFCller", "Müller"},
                                         std::tuple{"US-ASCII", "M\xFCller", "Müller"},
                                         std::tuple{"ISO-8859-1", "M\xFCller \x80", "Müller €"},
                                         std::tuple{"ISO_8859-2", "Dvo\xF8\xE1k", "Dvořák"},
                                         std::tuple{"iso-8859-5", "\xBC\xD8\xE0", "Мир"},
                                         std::tuple{"ISO-8859-15", "\xA4", "€"},
                                         std::tuple{"Windows-1252", "\x93x\x94", "“x”"},
                                         std::tuple{"windows-1251", "\xCC\xE8\xF0", "Мир"},
                                         std::tuple{"CP1251", "\xCC\xE8\xF0", "Мир"},
                                         std::tuple{"KOI8-R", "\xED\xC9\xD2", "Мир"},
                                         std::tuple{"SHIFT_JIS", "\x88\xC9\x94\x5C", "伊能"},
                                         std::tuple{"Shift_JIS", "\xB1\xDD a\\b~", "ｱﾝ a\\b~"},
                                         std::tuple{"EUC-JP", "\xB0\xCB", "伊"},
                                         std::tuple{"Big5", "\xA4\xA4", "中"},
                                         std::tuple{"gb2312", "\xD6\xD0", "中"},
                                         std::tuple{"x-unknown", "M\xFCller", "Müller"},
                                         std::tuple{"UTF-16", "plain", "plain"}));

TEST(Charset, AllOfTheTableExist) {
  for (const char* name :
       {"ISO-8859-3",   "ISO-8859-4",   "ISO-8859-6",   "ISO-8859-7",   "ISO-8859-8",
        "ISO-8859-9",   "ISO-8859-10",  "ISO-8859-11",  "ISO-8859-13",  "ISO-8859-14",
        "windows-1250", "windows-1253", "windows-1254", "windows-1255", "windows-1256",
        "windows-1257", "windows-1258", "KOI8-U",       "ISO-2022-JP",  "GBK",
        "GB18030",      "EUC-KR"}) {
    EXPECT_TRUE(is_known_charset(name)) << name;
    EXPECT_EQ(to_utf8("plain", name), "plain") << name;
  }
  EXPECT_FALSE(is_known_charset("UTF-7"));
}

TEST(Charset, OnlyBadBytesOfUtf8AreRepaired) {
  EXPECT_EQ(repaired_utf8("Zo\xC3\xAB M\xFCller \x80"), "Zoë Müller €");
  EXPECT_EQ(repaired_utf8("cut \xE2\x82"), "cut â‚");
  EXPECT_EQ(guessed_utf8("Zo\xC3\xAB M\xFCller"), "ZoÃ« Müller");
  EXPECT_EQ(guessed_utf8("Zo\xC3\xAB"), "Zoë");
}

TEST(Charset, AnyBytesBecomeValidUtf8) {
  std::mt19937 random(5);  // NOLINT: the same bytes in each run
  for (int round = 0; round < 2'000; ++round) {
    std::string bytes(random() % 40, '\0');
    for (char& c : bytes) c = static_cast<char>(1 + random() % 255);
    for (const char* name : {"UTF-8", "Shift_JIS", "EUC-JP", "windows-1253", "GB18030", "none"}) {
      ASSERT_TRUE(is_valid_utf8(to_utf8(bytes, name))) << name;
    }
    ASSERT_TRUE(is_valid_utf8(repaired_utf8(bytes)));
  }
}

}  // namespace
}  // namespace kith::vcard
