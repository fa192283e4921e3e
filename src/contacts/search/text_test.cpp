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
}

}  // namespace
}  // namespace kith::contacts
