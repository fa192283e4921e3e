#include "base/text.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

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

using namespace std::string_literals;

using Pair = std::tuple<std::string, std::string>;

std::string key_of(std::string_view text) { return sort_key(text).octets; }

class Fold : public testing::TestWithParam<Pair> {};

TEST_P(Fold, Gives) {
  const auto& [text, folded] = GetParam();
  EXPECT_EQ(fold(text), folded);
  EXPECT_EQ(fold(folded), folded) << "folding twice is folding once";
}

INSTANTIATE_TEST_SUITE_P(
    Texts, Fold,
    testing::Values(Pair{"", ""}, Pair{"Anna", "anna"}, Pair{"100% a_b", "100% a_b"},
                    Pair{"Müller", "muller"}, Pair{"Mu\u0308ller", "muller"},
                    Pair{"Łukasz", "lukasz"}, Pair{"Straße", "strasse"}, Pair{"STRASSE", "strasse"},
                    Pair{"STRAẞE", "strasse"}, Pair{"Đặng Thị", "dang thi"}, Pair{"Søren", "soren"},
                    Pair{"Æsir", "aesir"}, Pair{"Œuvre", "oeuvre"}, Pair{"Þór", "thor"},
                    Pair{"Ðorð", "dord"}, Pair{"Éloïse Çağ", "eloise cag"}, Pair{"Åse", "ase"},
                    Pair{"Dvořák", "dvorak"}, Pair{"Işık", "isik"}, Pair{"İstanbul", "istanbul"},
                    Pair{"ＡＢＣ０１２３", "abc0123"}, Pair{"ﬁn", "fin"}, Pair{"a\u00a0b", "a b"},
                    Pair{"Олександр", "олександр"}, Pair{"Юлія Її", "юлія іі"},
                    Pair{"Сергей", "сергеи"}, Pair{"ЁЖ", "еж"}, Pair{"Ὀδυσσεύς", "οδυσσευσ"},
                    Pair{"محمّد", "محمد"}, Pair{"أحمد", "احمد"}, Pair{"שָׁלוֹם", "שלום"},
                    Pair{"李小龍", "李小龍"}, Pair{"김철수", "김철수"}, Pair{"ｶﾅ", "カナ"},
                    Pair{"a\u200db", "ab"}, Pair{"🎂 Anna", "🎂 anna"}));

TEST(FoldRule, CyrillicLettersThatDifferInTheBaseStayDifferent) {
  EXPECT_NE(fold("и"), fold("і"));
  EXPECT_NE(fold("г"), fold("ґ"));
  EXPECT_EQ(fold("й"), fold("Й"));
  EXPECT_EQ(fold("й"), fold("и")) << "the breve is a mark as any other";
}

class FoldAlternate : public testing::TestWithParam<Pair> {};

TEST_P(FoldAlternate, Gives) {
  const auto& [text, folded] = GetParam();
  EXPECT_EQ(fold_both(text).alternate, folded);
}

INSTANTIATE_TEST_SUITE_P(Texts, FoldAlternate,
                         testing::Values(Pair{"Anna", "anna"}, Pair{"Müller", "mueller"},
                                         Pair{"MÜLLER", "mueller"}, Pair{"Mu\u0308ller", "mueller"},
                                         Pair{"Åse", "aase"}, Pair{"Søren", "soeren"},
                                         Pair{"Jäger", "jaeger"}, Pair{"Köhler", "koehler"},
                                         Pair{"Đorđe", "djordje"}, Pair{"Straße", "strasse"},
                                         Pair{"Éloïse", "eloise"}, Pair{"Łukasz", "lukasz"},
                                         Pair{"Юлія", "юлія"}, Pair{"", ""}));

TEST(FoldAlternateRule, IsThePlainFoldingWhereThereIsNoOtherSpelling) {
  for (const char* text : {"Anna", "Éloïse", "Łukasz", "Сергей", "李", "محمّد", "Straße"}) {
    EXPECT_EQ(fold_both(text).alternate, fold(text)) << text;
  }
}

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

TEST(SortKey, HasNoZeroOctetAndIsBounded) {
  for (const auto& text : {"Anna"s, "李小龍"s, std::string(5000, 'x'), "a\u200d"s}) {
    const std::string key = key_of(text);
    EXPECT_FALSE(key.empty());
    EXPECT_LE(key.size(), limits::sort_key_bytes_max);
    EXPECT_EQ(key.find('\0'), std::string::npos);
  }
}

TEST(SortKey, OfALongTextOrdersByItsBeginning) {
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
TEST_P(ValidUtf8, IsTaken) { EXPECT_TRUE(is_valid_utf8(GetParam())); }
INSTANTIATE_TEST_SUITE_P(Octets, ValidUtf8,
                         testing::Values("", "plain", "\0"s, "\x7f", "é", "€", "🎂",
                                         "\xf4\x8f\xbf\xbf", "\xed\x9f\xbf", "\xee\x80\x80",
                                         "\xef\xbf\xbf", "\xef\xbb\xbf", "\xc2\x80", "\xe0\xa0\x80",
                                         "\xf0\x90\x80\x80"));

class InvalidUtf8 : public testing::TestWithParam<std::string> {};
TEST_P(InvalidUtf8, IsRefused) {
  EXPECT_FALSE(is_valid_utf8(GetParam()));
  EXPECT_FALSE(is_valid_utf8("before " + GetParam() + " after"));
}
INSTANTIATE_TEST_SUITE_P(Octets, InvalidUtf8,
                         testing::Values("\x80",                              // continuation alone
                                         "\xc3", "\xe2\x82", "\xf0\x9f\x8e",  // cut
                                         "\xc0\x80", "\xc1\xbf",              // overlong, 2 octets
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

TEST(ControlCharacters, AreNoLettersOrMarks) {
  for (const char* text :
       {"", "Anna", "\u00a0", "é", "Привіт", "李", "🎂", "\u200d", "à", "ÿ", "ߟ"}) {
    EXPECT_FALSE(has_control_characters(text, false)) << text;
  }
}

class Normalize : public testing::TestWithParam<Pair> {};
TEST_P(Normalize, Gives) { EXPECT_EQ(normalize(std::get<0>(GetParam())), std::get<1>(GetParam())); }
INSTANTIATE_TEST_SUITE_P(Texts, Normalize,
                         testing::Values(Pair{"", ""}, Pair{"a\r\nb\rc\nd", "a\nb\nc\nd"},
                                         Pair{"\r", "\n"}, Pair{"\r\r\n\n", "\n\n\n"},
                                         Pair{"e\u0301", "é"}, Pair{"é\r\n", "é\n"},
                                         Pair{"\u212b", "Å"}, Pair{"ﬁ", "ﬁ"}, Pair{"0１", "0１"},
                                         Pair{"각", "각"}));

TEST(NormalizeRule, IsTheSameTheSecondTime) {
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

struct WordCase {
  std::string text, word;
  bool begins;
};

class BeginsWithWord : public testing::TestWithParam<WordCase> {};

TEST_P(BeginsWithWord, Tells) {
  const auto& [text, word, begins] = GetParam();
  EXPECT_EQ(begins_with_word(text, word), begins) << text << " | " << word;
}

INSTANTIATE_TEST_SUITE_P(
    Words, BeginsWithWord,
    testing::Values(WordCase{"my mother", "My", true}, WordCase{"MY", "My", true},
                    WordCase{"My-mother", "My", true}, WordCase{"my, dear", "My", true},
                    WordCase{"  My brother", "My", true}, WordCase{"\u00a0My", "My", true},
                    WordCase{"mý", "My", true}, WordCase{"Ｍｙ x", "My", true},
                    WordCase{"Mykola", "My", false}, WordCase{"my1", "My", false},
                    WordCase{"Myй", "My", false}, WordCase{"my\u0301x", "My", false},
                    WordCase{"My李", "My", false}, WordCase{"oh my", "My", false},
                    WordCase{"", "My", false}, WordCase{"m", "My", false},
                    WordCase{"-My", "My", false}, WordCase{"моя мама", "Моя", true},
                    WordCase{"МОЯ", "моя", true}, WordCase{"моят", "Моя", false},
                    WordCase{"my", "", false}));

}  // namespace
}  // namespace kith
