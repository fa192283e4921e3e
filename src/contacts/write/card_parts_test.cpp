#include "contacts/write/card_parts.hpp"

#include <string>

#include <gtest/gtest.h>

#include "store/store.hpp"

namespace kith::contacts {
namespace {

std::string card_with(const std::string& lines) {
  return "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:A\r\n" + lines + "END:VCARD\r\n";
}

std::string photo(char content, std::size_t bytes = 5000) {
  std::string line = "PHOTO;ENCODING=b:";
  for (std::size_t i = 0; i < bytes; i += 60) line += std::string(60, content) + "\r\n ";
  return line + "AA==\r\n";
}

PartBytes parts_of(const CutCard& cut) {
  PartBytes parts;
  for (const CardPart& part : cut.parts) {
    parts.emplace(part.hash, decompress_part(compress_part(part.bytes)));
  }
  return parts;
}

TEST(CardParts, GiveBackTheCard) {
  for (const std::string& lines :
       {std::string(), photo('A'), photo('A', 60),
        photo('A') + "TEL:1\r\n" + photo('B') + photo('A'),
        "KEY:" + std::string(9000, 'k') + "\r\nNOTE:" + std::string(9000, 'n') + "\r\n"}) {
    const auto document = vcard::read(card_with(lines)).value();
    const CutCard cut = cut_card(document);
    EXPECT_EQ(join_card(cut.content, cut.index, parts_of(cut)), document.bytes());
  }
}

TEST(CardParts, AreLargeBinaryValuesWithoutRepetitions) {
  const std::string lines = photo('A') + photo('B') + photo('A') + photo('C', 60) +
                            "NOTE:" + std::string(9000, 'n') + "\r\n";
  const auto document = vcard::read(card_with(lines)).value();
  const CutCard cut = cut_card(document);
  EXPECT_EQ(cut.parts.size(), 2U);
  EXPECT_EQ(cut.index.size(), 3 * 48U);
  EXPECT_LT(cut.content.size(), 9500U);
  EXPECT_TRUE(vcard::read(cut.content));
}

TEST(CardParts, AreBoundedInNumber) {
  std::string lines;
  for (int i = 0; i < 100; ++i) lines += photo(static_cast<char>('0' + i % 64));
  const auto document = vcard::read(card_with(lines)).value();
  const CutCard cut = cut_card(document);
  EXPECT_EQ(cut.index.size(), 48 * parts_max);
  EXPECT_EQ(join_card(cut.content, cut.index, parts_of(cut)), document.bytes());
}

TEST(CardParts, ThatAreMissingOrDamagedAreAnError) {
  const auto document = vcard::read(card_with(photo('A') + photo('B'))).value();
  const CutCard cut = cut_card(document);
  PartBytes parts = parts_of(cut);
  const std::string half = cut.index.substr(0, 40);
  EXPECT_THROW(join_card(cut.content, half, parts), store::DatabaseError);
  const std::string swapped = cut.index.substr(48) + cut.index.substr(0, 48);
  EXPECT_THROW(join_card(cut.content, swapped, parts), store::DatabaseError);
  EXPECT_THROW(join_card("", cut.index, parts), store::DatabaseError);
  parts.erase(parts.begin());
  EXPECT_THROW(join_card(cut.content, cut.index, parts), store::DatabaseError);
  EXPECT_THROW(decompress_part("no frame"), store::DatabaseError);
}

}  // namespace
}  // namespace kith::contacts
