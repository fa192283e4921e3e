#include "contacts/search/text.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unicode/unistr.h>

#include "base/limits.hpp"
#include "testing/search_account.hpp"

namespace kith::contacts {
namespace {

using testing::HasSubstr;

std::string packed(const std::string& search_text) {
  SearchRow row;
  row.search_text = search_text;
  std::string out;
  append_packed_text(out, row);
  return out;
}

TEST(SearchText, HasEachValueAfterTheTagOfItsField) {
  ContactFields fields = with_email("Anna", "Anna@Example.org");
  fields.last_name = "Berg";
  fields.phone = "+49 30";
  EXPECT_EQ(search_text_of(fields), "\1anna berg\2anna@example.org\3+49 30");
  EXPECT_EQ(search_text_of(with_phone("Anna", "1")),
            "\1anna\3"
            "1");
}

TEST(SearchText, HasAnotherFoldingOnlyOfValuesThatDiffer) {
  EXPECT_EQ(search_text_of(with_email("Jürgen", "j@example.org")),
            "\1jurgen\1juergen\2j@example.org");
}

TEST(SearchText, HasSeveralValuesOfAField) {
  const ContactFields fields = with_email("Zoe", "a@xn--exmple-cua.org");
  EXPECT_EQ(search_text_of(fields), "\1zoe\2a@xn--exmple-cua.org\2a@example.org\2a@exaemple.org");
  EXPECT_THAT(packed(search_text_of(fields)), HasSubstr("\2a@xn exmple cua.org\2"));
}

TEST(SearchText, BeginsWithTheNameEvenIfThatFoldsToNothing) {
  EXPECT_EQ(search_text_of(with_phone("'", "1")),
            "\1\3"
            "1");
  EXPECT_EQ(packed("\1\3"
                   "1"),
            "\1\3"
            "1");
}

/// A tag within a value would be another field, or would end the contact.
TEST(SearchText, HasNoControlCharactersWithinValues) {
  for (UChar32 c = 1; c < 0x3100; ++c) {
    std::string name = "a";
    icu::UnicodeString(c).toUTF8String(name);
    const std::string text = search_text_of(with_phone(name + "b", "1"));
    const auto names = std::ranges::count(text, name_tag);
    ASSERT_LE(names, 2) << c;
    const auto others = std::ranges::count_if(text, [](unsigned char each) { return each < ' '; });
    ASSERT_EQ(others, names + 1) << c;
  }
}

TEST(SearchText, HasLinesOfAValueAsWords) {
  EXPECT_EQ(search_text_of(named("Anna\nBerg\x01"
                                 "e\tf")),
            "\1anna berg e f");
}

TEST(SearchText, IsCutForEachFieldAndFolding) {
  std::string name;
  for (int i = 0; i < limits::name_chars_max; ++i) name += "\xEF\xB7\xBA";  // folds to 33 bytes
  const std::string text = search_text_of(with_email(name, "last@example.org"));
  EXPECT_THAT(text, testing::EndsWith("\2last@example.org"));
  EXPECT_LE(text.size(),
            limits::search_field_bytes_max + std::string_view("\1\2last@example.org").size());
}

/// Returns the columns of a stored card.
SearchColumns columns_of(const std::string& lines) {
  const std::string bytes = "BEGIN:VCARD\r\nVERSION:3.0\r\n" + lines + "END:VCARD\r\n";
  const Projection card = project(Card::parse(bytes).value(), {});
  return search_columns_of({card.fields, card.texts, card.lacks_texts});
}

TEST(SearchText, HasAllTextsOfACardInTheOrderOfTheTable) {
  EXPECT_EQ(
      columns_of("NOTE:a note\r\nCATEGORIES:Choir,Work\r\nADR:;;Road 1;Ghent;;;\r\n"
                 "URL:https://example.org\r\nIMPP:xmpp:jane\r\nTITLE:Head\r\nORG:Acme;Sales\r\n"
                 "TEL:2\r\nEMAIL:b@x.org\r\nNICKNAME:Jay\r\nN:Doe;Jane;;Dr.;\r\nFN:Jane Doe\r\n"
                 "X-PHONETIC-LAST-NAME:Dow\r\nTEL:1\r\nEMAIL:a@x.org\r\n")
          .text,
      "\1jane doe\1dr. jane doe\1dow\6jay\2b@x.org\2a@x.org\3"
      "2\3"
      "1\x0E"
      "acme, sales\x0F"
      "head\x10xmpp:jane\x11https://example.org\x12road 1, ghent\x13"
      "choir\x13work\x14"
      "a note");
}

TEST(SearchText, OfACardHasTheDigitsOfEachPhoneInALine) {
  EXPECT_EQ(columns_of("FN:A\r\nTEL:030 1\r\nTEL:+49 30 2\r\nTEL:none\r\n").phone_digits,
            "N0301E\nI49302ED0302E");
}

TEST(SearchText, OfACardIsCutAndSaysSo) {
  std::string lines = "FN:A\r\n";
  for (int i = 100; i < 300; ++i) lines += "EMAIL:someone" + std::to_string(i) + "@x.org\r\n";
  const std::string whole = columns_of(lines).text;
  EXPECT_THAT(whole, testing::EndsWith("someone299@x.org"));
  EXPECT_FALSE(is_cut_text(whole));
  EXPECT_TRUE(is_cut_text(columns_of(lines + "EMAIL:a@x.org\r\n").text)) << "one too many";
  const std::string note = "\x14" + std::string(limits::search_field_bytes_max, 'n');
  EXPECT_THAT(columns_of("FN:A\r\nNOTE:" + std::string(2048, 'n') + "\r\n").text,
              testing::EndsWith(note));
  const std::string cut = columns_of("FN:A\r\nNOTE:" + std::string(2049, 'n') + "\r\n").text;
  EXPECT_THAT(cut, testing::EndsWith(note + cut_tag));
  EXPECT_TRUE(is_cut_text(packed(cut)));
}

TEST(SearchText, OfACardIsBoundedAltogether) {
  std::string lines = "FN:A\r\n";
  for (const char* name : {"EMAIL", "TEL", "TITLE", "URL", "ADR", "CATEGORIES", "X-PHONETIC-NAME",
                           "NICKNAME", "NOTE", "FN"}) {
    for (int i = 0; i < 200; ++i) {
      lines += std::string(name) + ":ü" + std::to_string(i) + std::string(200, 'x') + ".y\r\n";
    }
  }
  const SearchColumns columns = columns_of(lines);
  EXPECT_LE(columns.text.size(), search_card_bytes_max);
  EXPECT_TRUE(is_cut_text(columns.text));
  EXPECT_LE(columns.phone_digits.size(), search_digits_bytes_max);
  SearchRow row;
  row.search_text = columns.text;
  row.phone_digits = columns.phone_digits;
  std::string out;
  append_packed_text(out, row);
  EXPECT_LE(out.size(),
            2 * search_card_bytes_max + search_digits_bytes_max + 2 * search_joined_bytes_max);
}

TEST(SearchText, OfASimpleContactHasNoMark) {
  std::string name;
  for (int i = 0; i < limits::name_chars_max; ++i) name += "\xEF\xB7\xBA";  // folds to 33 bytes
  EXPECT_FALSE(is_cut_text(search_text_of(named(name))));
}

TEST(PackedText, HasAValueAgainWithoutHyphens) {
  EXPECT_EQ(packed("\1zoe\2jean-luc@example.org\3"
                   "030-12"),
            "\1zoe\2jean luc@example.org\2jeanluc@example.org\3"
            "030 12");
}

TEST(PackedText, HasTheJoinedFormsOfEachName) {
  EXPECT_EQ(packed("\1anna berg\1zoe"), "\1anna berg\5annaberg\5berganna\1zoe");
}

TEST(PackedText, IgnoresATextOfAnOlderForm) {
  EXPECT_FALSE(is_search_text("anna berg\nanna@example.org"));
  EXPECT_FALSE(is_search_text(""));
  EXPECT_EQ(packed("anna berg\nanna@example.org"), "\1");
  EXPECT_EQ(packed(""), "\1");
}

TEST(PackedText, TellsTheFieldOfEachByte) {
  const std::string text = packed("\1anna berg\2anna@example.org\3+49");
  const auto field_at = [&](std::string_view part) {
    return name_of(place_in(text, text.find(part)).field);
  };
  EXPECT_EQ(field_at("berg"), "name");
  EXPECT_EQ(field_at("berganna"), "name") << "a joined form";
  EXPECT_EQ(field_at("@example"), "email");
  EXPECT_EQ(field_at("+49"), "phone");
  const std::string card = packed("\1anna\6ann\x14some note");
  EXPECT_EQ(name_of(place_in(card, card.find("note")).field), "note");
  EXPECT_EQ(name_of(place_in(card, card.rfind("ann\x14")).field), "nickname");
  EXPECT_EQ(card.substr(value_end(card, card.find("anna"))), "\6ann\x14some note");
}

}  // namespace
}  // namespace kith::contacts
