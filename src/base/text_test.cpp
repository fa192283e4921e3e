#include "base/text.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include "base/limits.hpp"

namespace kith {
namespace {

TEST(Text, IsTrimmed) {
  EXPECT_EQ(trimmed(" \t a b\r\n"), "a b");
  EXPECT_EQ(trimmed("a"), "a");
  EXPECT_EQ(trimmed(" \n "), "");
  EXPECT_EQ(trimmed(""), "");
  EXPECT_EQ(trimmed(" a\n ", " "), "a\n");
}

class TrimInvisible : public testing::TestWithParam<std::tuple<std::string, std::string>> {};

TEST_P(TrimInvisible, ReturnsTheTrimmedText) {
  const auto& [text, trimmed_text] = GetParam();
  EXPECT_EQ(trim_invisible(text), trimmed_text);
  EXPECT_EQ(is_blank(text), trimmed_text.empty());
}

using Pair = std::tuple<std::string, std::string>;

const std::string heart = "❤\ufe0f";
/// The flag of England: a black flag, tags for `gbeng`, the cancel tag.
const std::string flag = "🏴\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F";

INSTANTIATE_TEST_SUITE_P(
    Shaping, TrimInvisible,
    testing::Values(Pair{"", ""}, Pair{"\u200d\ufe0f", ""}, Pair{heart, heart},
                    Pair{heart + "\u200b", heart}, Pair{heart + " ", heart},
                    Pair{heart + "\ufe0f", heart}, Pair{heart + "\u200d", heart},
                    Pair{"©\ufe0f", "©\ufe0f"}, Pair{"👩‍👩‍👧", "👩‍👩‍👧"},
                    Pair{"\u200d👩‍👩‍👧\u200d", "👩‍👩‍👧"},
                    Pair{"👍🏽 ", "👍🏽"}, Pair{"1️⃣", "1️⃣"}, Pair{"a\ufe0f", "a"}, Pair{flag, flag},
                    Pair{flag + "\u200b", flag}, Pair{"🏴\U000E0067\U000E0062", "🏴"},
                    Pair{"a\U000E0067\U000E007F", "a"}, Pair{"🏴\U000E007F", "🏴"},
                    Pair{"葛\U000E0100", "葛\U000E0100"}, Pair{" علی\u200cرضا ", "علی\u200cرضا"},
                    Pair{"علی\u200c", "علی"}, Pair{"ه\u200d", "ه\u200d"},
                    Pair{"क्\u200d", "क्\u200d"}, Pair{"Anna\u200d", "Anna"},
                    Pair{"\u2068Anna\u2069", "Anna"}, Pair{"a\u00adb\u00ad", "a\u00adb"},
                    Pair{"\xff \xff ", "\xff \xff"}, Pair{" \xc3", "\xc3"}));

TEST(TrimInvisible, RemovesEveryInvisibleCharacterAtBothEnds) {
  int cut = 0;
  for (UChar32 c = 0; c <= 0x10FFFF; ++c) {
    const bool is_invisible = u_isUWhiteSpace(c) != 0 || c == 0x2800 ||
                              u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) != 0 ||
                              u_hasBinaryProperty(c, UCHAR_BIDI_CONTROL) != 0;
    if (!is_invisible) continue;
    ++cut;
    std::string end;
    icu::UnicodeString(c).toUTF8String(end);
    ASSERT_EQ(trim_invisible(end + "Anna" + end), "Anna") << c;
    ASSERT_EQ(trim_invisible(" " + end + " Ольга " + end + end), "Ольга") << c;
    ASSERT_TRUE(is_blank(end + end)) << c;
  }
  EXPECT_GT(cut, 4000);
}

TEST(CleanLine, MakesEveryRunOfWhiteSpaceOneBlank) {
  const Pair rows[] = {
      {" Anna ", "Anna"},
      {"Anna  Maria", "Anna Maria"},
      {"Anna\tBerg\r\n", "Anna Berg"},
      {"山田\u3000太郎", "山田 太郎"},
      {"a\u00a0\u202fb", "a b"},
      {"a \u200b b", "a b"},
      {"a \u200fb", "a \u200fb"},
      {"\u0085a\u2028b", "a b"},
      {"❤️ ❤️", "❤️ ❤️"},
      {"e\u0301 ", "é"},
      {" \n ", ""},
      {"a \u200b", "a"},
      {"\u2000a\u2000b", "a b"},
      {"a\u2800\u2800b\u2800", "a b"},
  };
  for (const auto& [text, expected] : rows) {
    EXPECT_EQ(clean_line(text), expected);
    EXPECT_EQ(clean_line(expected), expected);
  }
}

TEST(WithoutHidden, KeepsShapingAndSeparatingCharacters) {
  const Pair rows[] = {
      {"An\u200bna", "Anna"},
      {"\u202eAnna\u202c", "Anna"},
      {"An\u00adna\ufeff", "Anna"},
      {"علی\u200cرضا", "علی\u200cرضا"},
      {"👩‍👩‍👧 ❤️", "👩‍👩‍👧 ❤️"},
      {flag, flag},
      {"a\u00a0 b", "a\u00a0 b"},
  };
  for (const auto& [text, expected] : rows) EXPECT_EQ(without_hidden(text), expected);
}

TEST(CleanLines, KeepsWhiteSpaceWithin) {
  EXPECT_EQ(clean_lines("\n\n a  b\r\n\r\n  c \u200b\n"), "a  b\n\n  c");
  EXPECT_EQ(clean_lines(" \r\n"), "");
}

using namespace std::string_literals;

std::string key_of(std::string_view text) { return sort_key(text).bytes; }

class SortedNames : public testing::TestWithParam<std::vector<std::string>> {};

TEST_P(SortedNames, StayInOrder) {
  const auto& names = GetParam();
  for (std::size_t i = 1; i < names.size(); ++i) {
    EXPECT_LT(key_of(names[i - 1]), key_of(names[i])) << names[i - 1] << " | " << names[i];
  }
}

INSTANTIATE_TEST_SUITE_P(
    Names, SortedNames,
    testing::Values(
        std::vector<std::string>{"", " ", "-", "1", "10", "2", "Anna", "Борис", "Ольга", "محمد",
                                 "かな", "李"},
        std::vector<std::string>{"", "anna", "Anna", "Änna", "Annabel", "Bert", "émile", "Emma",
                                 "Łukasz", "Mia", "Ø", "Zoë", "Ωmega", "Ева", "Її", "Юлія"},
        std::vector<std::string>{"Meier", "Müller", "Muller-Anders", "Mullerin"},
        std::vector<std::string>{"Ivan", "Zoë", "Аня", "דוד", "أحمد", "あい", "木村", "王"}));

TEST(SortKey, OfTheEmptyTextIsEmpty) { EXPECT_EQ(key_of(""), ""); }

TEST(SortKey, HasNoZeroByteAndIsBounded) {
  for (const auto& text : {"Anna"s, "李小龍"s, std::string(5000, 'x'), "a\u200d"s}) {
    const std::string key = key_of(text);
    EXPECT_FALSE(key.empty());
    EXPECT_LE(key.size(), limits::sort_key_bytes_max);
    EXPECT_EQ(key.find('\0'), std::string::npos);
  }
}

TEST(SortKey, OfALongTextSortsByItsBeginning) {
  const std::string tail(2000, 'm');
  EXPECT_EQ(key_of("a" + tail).size(), limits::sort_key_bytes_max);
  EXPECT_LT(key_of("a" + tail), key_of("b"));
  EXPECT_LT(key_of("a"), key_of("a" + tail));
  EXPECT_LT(key_of("a" + tail), key_of("b" + tail));
  EXPECT_EQ(key_of("a" + tail), key_of("a" + tail + "z")) << "beyond the limit all are equal";
}

TEST(SortKey, OfEveryLengthAroundTheLimitIsAPrefixOfTheWhole) {
  for (std::size_t size = 60; size < 300; ++size) {
    const std::string text(size, 'q');
    ASSERT_LE(key_of(text), key_of(text + 'q')) << size;
  }
}

TEST(SortKey, IsTheSameForComposedAndDecomposed) { EXPECT_EQ(key_of("Zoe\u0308"), key_of("Zoë")); }

TEST(SortKey, MayBeMadeByManyThreads) {
  std::vector<std::thread> threads;
  const std::string expected = key_of("Łukasz");
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&expected] {
      for (int j = 0; j < 200; ++j) EXPECT_EQ(key_of("Łukasz"), expected);
    });
  }
  for (auto& thread : threads) thread.join();
}

class ValidUtf8 : public testing::TestWithParam<std::string> {};
TEST_P(ValidUtf8, IsAccepted) { EXPECT_TRUE(is_valid_utf8(GetParam())); }
INSTANTIATE_TEST_SUITE_P(Bytes, ValidUtf8,
                         testing::Values("", "plain", "\0"s, "\x7f", "é", "€", "🎂",
                                         "\xf4\x8f\xbf\xbf", "\xed\x9f\xbf", "\xee\x80\x80",
                                         "\xef\xbf\xbf", "\xef\xbb\xbf", "\xc2\x80", "\xe0\xa0\x80",
                                         "\xf0\x90\x80\x80"));

class InvalidUtf8 : public testing::TestWithParam<std::string> {};
TEST_P(InvalidUtf8, IsRefused) {
  EXPECT_FALSE(is_valid_utf8(GetParam()));
  EXPECT_FALSE(is_valid_utf8("before " + GetParam() + " after"));
}
INSTANTIATE_TEST_SUITE_P(Bytes, InvalidUtf8,
                         testing::Values("\x80",                              // continuation alone
                                         "\xc3", "\xe2\x82", "\xf0\x9f\x8e",  // cut
                                         "\xc0\x80", "\xc1\xbf",              // overlong, 2 bytes
                                         "\xe0\x80\x80", "\xe0\x9f\xbf",      // overlong, 3
                                         "\xf0\x80\x80\x80", "\xf0\x8f\xbf\xbf",  // overlong, 4
                                         "\xed\xa0\x80", "\xed\xbf\xbf",          // surrogates
                                         "\xed\xa0\xbd\xed\xb8\x80",  // a pair of them (CESU-8)
                                         "\xf4\x90\x80\x80", "\xf5\x80\x80\x80",
                                         "\xf8\x88",  // over U+10FFFF
                                         "\xfe", "\xff", "\xc3\x28"));

TEST(CountChars, CountsCodePoints) {
  EXPECT_EQ(count_chars(""), 0U);
  EXPECT_EQ(count_chars("Anna"), 4U);
  EXPECT_EQ(count_chars("Łukasz"), 6U);
  EXPECT_EQ(count_chars("李小龍"), 3U);
  EXPECT_EQ(count_chars("🎂"), 1U);
}

TEST(ControlCharacters, AreC0DelAndC1) {
  for (unsigned c = 0; c < 0x20; ++c) {
    const std::string text = "a" + std::string(1, static_cast<char>(c)) + "b";
    EXPECT_TRUE(has_control_characters(text, false)) << c;
    EXPECT_EQ(has_control_characters(text, true), c != '\n' && c != '\r') << c;
  }
  EXPECT_TRUE(has_control_characters("\x7f", true));
  EXPECT_TRUE(has_control_characters("a\u0080", true));
  EXPECT_TRUE(has_control_characters("\u0085 next line", true));
  EXPECT_TRUE(has_control_characters("\u009f", false));
}

TEST(ControlCharacters, ExcludeLettersAndMarks) {
  for (const char* text :
       {"", "Anna", "\u00a0", "é", "Привіт", "李", "🎂", "\u200d", "à", "ÿ", "ߟ"}) {
    EXPECT_FALSE(has_control_characters(text, false)) << text;
  }
}

class Normalize : public testing::TestWithParam<Pair> {};
TEST_P(Normalize, ReturnsTheNormalizedText) {
  EXPECT_EQ(normalize(std::get<0>(GetParam())), std::get<1>(GetParam()));
}
INSTANTIATE_TEST_SUITE_P(Texts, Normalize,
                         testing::Values(Pair{"", ""}, Pair{"a\r\nb\rc\nd", "a\nb\nc\nd"},
                                         Pair{"\r", "\n"}, Pair{"\r\r\n\n", "\n\n\n"},
                                         Pair{"e\u0301", "é"}, Pair{"é\r\n", "é\n"}, Pair{"ﬁ", "ﬁ"},
                                         Pair{"0１", "0１"}, Pair{"각", "각"}));

TEST(NormalizeRule, KeepsCharactersThatNfcWouldReplace) {
  for (const char* text : {"\uFA19", "\u212B", "\u2126", "\u212A", "\uF900", "\U0002F800", "\u0374",
                           "\u037E", "\u0387", "\u1F71", "\u2000", "\u2329", "a\u0340b", "\u0341",
                           "\u0343", "\uFA19社", "山\uFA10田", "\u212Bse", "é\uFA19é"}) {
    EXPECT_EQ(normalize(text), text);
  }
  EXPECT_EQ(normalize("e\u0301\uFA19e\u0301"), "é\uFA19é") << "surrounding text is composed";
  EXPECT_EQ(normalize("\u212Be\u0301"), "\u212Bé");
  EXPECT_EQ(normalize("\u0958"), "\u0915\u093C") << "a pair is no other character";
}

TEST(NormalizeRule, KeepsEveryCharacterWithASingletonDecomposition) {
  int kept = 0;
  for (UChar32 c = 0x80; c <= 0x10FFFF; ++c) {
    if (U_IS_SURROGATE(c)) continue;
    const icu::UnicodeString sent(c);
    std::string text;
    sent.toUTF8String(text);
    const std::string once = normalize(text);
    ASSERT_EQ(normalize(once), once) << c;
    if (once == text) continue;
    ASSERT_GT(count_chars(once), 1U) << c;
    ++kept;
  }
  EXPECT_GT(kept, 10) << "pairs that NFC decomposes";
}

TEST(NormalizeRule, IsIdempotent) {
  const std::vector<std::string> pieces{"a",      "\u0301", "\u0308", "ö", "\r", "\n",
                                        "\u1112", "\u1161", "李",     "é", "ё",  "\u0323"};
  std::mt19937 random(11);
  for (int i = 0; i < 2000; ++i) {
    std::string text;
    for (auto left = random() % 12; left > 0; --left) text += pieces[random() % pieces.size()];
    const std::string once = normalize(text);
    ASSERT_EQ(normalize(once), once);
    if (text.find('\r') == std::string::npos) ASSERT_EQ(fold(once), fold(text));
  }
}

TEST(DigitsOf, ReadsAnyScript) {
  EXPECT_EQ(digits_of("+380 (44) 123-45-67"), "380441234567");
  EXPECT_EQ(digits_of("٠١٢٣٤٥٦٧٨٩"), "0123456789") << "Arabic";
  EXPECT_EQ(digits_of("۰۱۲۳۴۵۶۷۸۹"), "0123456789") << "Persian";
  EXPECT_EQ(digits_of("०१२३४५६७८९"), "0123456789") << "Devanagari";
  EXPECT_EQ(digits_of("０９"), "09") << "full-width";
  EXPECT_EQ(digits_of("no digits: ², ½, Ⅷ"), "");
  EXPECT_EQ(digits_of(""), "");
}

}  // namespace
}  // namespace kith
