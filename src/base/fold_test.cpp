#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include "base/text.hpp"

namespace kith {
namespace {

using Pair = std::tuple<std::string, std::string>;

class Fold : public testing::TestWithParam<Pair> {};

TEST_P(Fold, ReturnsTheFoldedText) {
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
                    Pair{"李小龍", "李小龍"}, Pair{"김철수", "김철수"}, Pair{"a\u200db", "ab"},
                    Pair{"🎂 Anna", "🎂 anna"}, Pair{"ǿǽ", "oae"}, Pair{"Ǖ", "u"},
                    Pair{"Əliyev", "eliyev"}, Pair{"Ɓala Ƙano", "bala kano"}, Pair{"ŀl", "l-l"},
                    Pair{"Ⅷ", "viii"}, Pair{"\uFA19", "神"}, Pair{"\u212B\u2126", "aω"},
                    Pair{"❤️", "❤"}, Pair{"Ħal", "hal"}));

INSTANTIATE_TEST_SUITE_P(WhiteSpace, Fold,
                         testing::Values(Pair{"a  b", "a b"}, Pair{"a\tb", "a b"},
                                         Pair{"a\r b", "a b"}, Pair{"a\u3000\u2009b", "a b"},
                                         Pair{"a\nb", "a\nb"}, Pair{" a ", " a "},
                                         Pair{"ä \t\u00a0b", "a b"}, Pair{"a ' b", "a b"},
                                         Pair{"ä ’ b", "a b"}, Pair{"a\u2800b", "a b"},
                                         Pair{"a\u2028b\u0085c", "a b c"}));

class SameFold : public testing::TestWithParam<std::vector<std::string>> {};

TEST_P(SameFold, IsSharedByAllSpellings) {
  for (const std::string& spelling : GetParam()) {
    EXPECT_EQ(fold(spelling), fold(GetParam().front())) << spelling;
  }
}

using Spellings = std::vector<std::string>;

INSTANTIATE_TEST_SUITE_P(
    Apostrophes, SameFold,
    testing::Values(Spellings{"obrien",    "O'Brien",   "O’Brien",   "O‘Brien",      "OʼBrien",
                              "O´Brien",   "O`Brien",   "O′Brien",   "O＇Brien",     "O‛Brien",
                              "Oʻbrien",   "OꞌBrien",   "O՚Brien",   "O\u2032Brien", "\"O'Brien\"",
                              "“O’Brien”", "»O’Brien«", "„O'Brien‟", "O᾽Brien",      "O΄Brien"},
                    Spellings{"צהל", "צה״ל", "צה\"ל", "צה”ל"},
                    Spellings{"גורג", "ג׳ורג׳", "ג'ורג'"},
                    Spellings{"Мар'яна", "Мар’яна", "Марʼяна", "Маряна"},
                    Spellings{"Ali", "ʿAli", "ʾAli"}, Spellings{"山田", "「山田」", "『山田』"}));

INSTANTIATE_TEST_SUITE_P(
    Hyphens, SameFold,
    testing::Values(Spellings{"Jean-Luc", "Jean‐Luc", "Jean‑Luc", "Jean‒Luc", "Jean–Luc",
                              "Jean—Luc", "Jean―Luc", "Jean−Luc", "Jean－Luc", "Jean﹣Luc",
                              "Jean﹘Luc", "Jean⁃Luc", "Jean˗Luc", "Jean·Luc"},
                    Spellings{"בן-דוד", "בן־דוד"},
                    Spellings{"ジャン-リュック", "ジャン・リュック", "ｼﾞｬﾝ･ﾘｭｯｸ"}));

INSTANTIATE_TEST_SUITE_P(
    Arabic, SameFold,
    testing::Values(Spellings{"مصطفى", "مصطفي", "مصطفی"}, Spellings{"محمد", "محمـــد", "مُحَمَّد"},
                    Spellings{"علي", "علی", "على"}, Spellings{"كريم", "کریم", "ڪريم"},
                    Spellings{"فاطمة", "فاطمه", "فاطمۀ", "فاطمہ", "فاطمە"},
                    Spellings{"احمد", "أحمد", "إحمد", "آحمد", "ٱحمد"}, Spellings{"موسسه", "مؤسسة"},
                    Spellings{"رييس", "رئيس", "رئیس"}, Spellings{"ﻋﻠﻲ", "علي"},
                    Spellings{"علیرضا", "علی\u200cرضا"}, Spellings{"۱۲", "١٢", "12"},
                    Spellings{"رحمن", "رحمٰن"}, Spellings{"ﷲ", "الله", "اللّٰه"}));

INSTANTIATE_TEST_SUITE_P(
    Indic, SameFold,
    testing::Values(Spellings{"संजय", "सञ्जय", "सन्जय"}, Spellings{"पंडित", "पण्डित"},
                    Spellings{"गंगा", "गङ्गा"}, Spellings{"अंबा", "अम्बा"},  // Devanagari
                    Spellings{"सिंह", "सिँह"}, Spellings{"ਸਿੰਘ", "ਸਿਂਘ", "ਸਿਁਘ"},
                    Spellings{"সংজয়", "সঞ্জয়"}, Spellings{"ચંદ્ર", "ચન્દ્ર"},
                    Spellings{"ଚଂଦ୍ର", "ଚନ୍ଦ୍ର"},  // Gujarati, Odia
                    Spellings{"చంద్ర", "చన్ద్ర"}, Spellings{"ಚಂದ್ರ", "ಚನ್ದ್ರ"},
                    Spellings{"ചംദ്ര", "ചന്ദ്ര", "ചൻദ്ര"}, Spellings{"සංජය", "සඤ්ජය"},
                    Spellings{"\u0d05\u0d28\u0d3f\u0d7d", "\u0d05\u0d28\u0d3f\u0d32\u0d4d\u200d"},
                    Spellings{"ভরৎ", "ভরত্"}));

INSTANTIATE_TEST_SUITE_P(
    Variants, SameFold,
    testing::Values(Spellings{"高橋", "髙橋"}, Spellings{"山崎", "山﨑", "山嵜"},
                    Spellings{"斎藤", "齋藤", "斉藤", "齊藤"}, Spellings{"渡辺", "渡邊", "渡邉"},
                    Spellings{"吉田", "𠮷田"}, Spellings{"Галаган", "Ґалаґан"},
                    Spellings{"Кайрат", "Қайрат"}, Spellings{"گل", "ګل"}, Spellings{"خان", "خاں"}));

INSTANTIATE_TEST_SUITE_P(
    Japanese, SameFold,
    testing::Values(Spellings{"ヤマダ", "やまだ", "ﾔﾏﾀﾞ"}, Spellings{"さくら", "サクラ", "ｻｸﾗ"},
                    Spellings{"サリー", "さりー", "ｻﾘｰ"}, Spellings{"ヴィ", "ゔぃ", "ｳﾞｨ"},
                    Spellings{"鎌ヶ谷", "鎌ケ谷", "鎌ｹ谷"}, Spellings{"か\u3099", "が", "ガ", "ｶﾞ"},
                    Spellings{"いすゞ", "イスヾ"}));

INSTANTIATE_TEST_SUITE_P(Others, SameFold,
                         testing::Values(Spellings{"राजकुमार", "राज़कुमार", "राज\u093Cकुमार"},
                                         Spellings{"น้ำ", "นำ"}, Spellings{"ใจ", "ใจ่"},
                                         Spellings{"וולף", "װלף"},
                                         Spellings{"Ангелов", "А\u0301нгелов"},
                                         Spellings{"Παπαδόπουλος", "ΠΑΠΑΔΟΠΟΥΛΟΣ", "παπαδοπουλοσ"},
                                         Spellings{"Nguyễn", "nguyen", "NGUYỄN"},
                                         Spellings{"\u1F71", "ά", "α"}));

class DifferentFold : public testing::TestWithParam<Pair> {};

TEST_P(DifferentFold, HoldsForDifferentLetters) {
  const auto& [a, b] = GetParam();
  EXPECT_EQ(fold(a).find(fold(b)), std::string::npos) << a << " | " << b;
  EXPECT_EQ(fold(b).find(fold(a)), std::string::npos) << a << " | " << b;
}

INSTANTIATE_TEST_SUITE_P(
    VowelSigns, DifferentFold,
    testing::Values(Pair{"ดู", "ดี"}, Pair{"กัน", "กิน"}, Pair{"ปู", "ปี"},     // Thai
                    Pair{"ກິ", "ກີ"}, Pair{"ກຸ", "ກູ"},                       // Lao
                    Pair{"कि", "कु"}, Pair{"के", "कै"}, Pair{"राम", "रोम"},  // Devanagari
                    Pair{"কি", "কু"}, Pair{"ਕਿ", "ਕੁ"}, Pair{"કિ", "કુ"},    // Bengali, Gurmukhi
                    Pair{"கி", "கீ"}, Pair{"కి", "కు"}, Pair{"ಕಿ", "ಕೆ"},     // Tamil, Telugu
                    Pair{"കി", "കു"}, Pair{"කි", "කු"}, Pair{"ကိ", "ကု"},      // Malayalam, Sinhala
                    Pair{"កិ", "កុ"}, Pair{"ཀི", "ཀུ"}, Pair{"ދަ", "ދި"}));     // Khmer, Tibetan

INSTANTIATE_TEST_SUITE_P(Letters, DifferentFold,
                         testing::Values(Pair{"и", "і"}, Pair{"か", "が"}, Pair{"は", "ぱ"},
                                         Pair{"כ", "ך"}, Pair{"ا", "ه"}, Pair{"ک", "گ"},
                                         Pair{"つ", "っ"}, Pair{"神", "社"}));

TEST(FoldRule, CyrillicShortIIsFoundByI) {
  EXPECT_EQ(fold("й"), fold("Й"));
  EXPECT_EQ(fold("й"), fold("и")) << "the breve is a mark as any other";
}

TEST(FoldRule, HoldsForEveryCharacter) {
  for (UChar32 c = 1; c <= 0x10FFFF; ++c) {
    const bool is_letter_of_many = c % 16 != 0 && u_charType(c) == U_OTHER_LETTER && c > 0x3400;
    if (c == '\r' || u_isdefined(c) == 0 || is_letter_of_many) continue;
    std::string text = "a";
    icu::UnicodeString(c).toUTF8String(text);
    text += 'b';
    const Folded folded = fold_both(text);
    ASSERT_EQ(fold(folded.plain), folded.plain) << c;
    ASSERT_EQ(folded.plain.find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ'\"\t\r"), std::string::npos)
        << c;
    ASSERT_EQ(fold(normalize(text)), folded.plain) << c;
  }
}

class FoldAlternate : public testing::TestWithParam<Pair> {};

TEST_P(FoldAlternate, ReturnsTheAlternateFolding) {
  const auto& [text, folded] = GetParam();
  EXPECT_EQ(fold_both(text).alternate, folded);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, FoldAlternate,
    testing::Values(Pair{"Anna", "anna"}, Pair{"Müller", "mueller"}, Pair{"MÜLLER", "mueller"},
                    Pair{"Mu\u0308ller", "mueller"}, Pair{"Åse", "aase"}, Pair{"Søren", "soeren"},
                    Pair{"Jäger", "jaeger"}, Pair{"Köhler", "koehler"}, Pair{"Đorđe", "djordje"},
                    Pair{"Straße", "strasse"}, Pair{"Éloïse", "eloise"}, Pair{"Łukasz", "lukasz"},
                    Pair{"Юлія", "юлія"}, Pair{"", ""}, Pair{"Əliyev", "aliyev"}, Pair{"Ǿ", "oe"},
                    Pair{"佐々木", "佐佐木"}, Pair{"いすゞ", "いすず"}, Pair{"こゝろ", "こころ"},
                    Pair{"々", "々"}, Pair{"पण्डित", "पण्डित"}, Pair{"ä b", "ae b"}));

TEST(FoldAlternateRule, EqualsThePlainFoldingWithoutAnotherSpelling) {
  for (const char* text : {"Anna", "Éloïse", "Łukasz", "Сергей", "李", "محمّد", "Straße"}) {
    EXPECT_EQ(fold_both(text).alternate, fold(text)) << text;
  }
}

struct WordCase {
  std::string text, word;
  bool begins;
};

class BeginsWithWord : public testing::TestWithParam<WordCase> {};

TEST_P(BeginsWithWord, ComparesWholeWords) {
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
