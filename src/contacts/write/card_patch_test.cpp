#include "contacts/write/card_patch.hpp"

#include <string>

#include <gtest/gtest.h>

#include "store/store.hpp"

namespace kith::contacts {
namespace {

/// Returns text without repetitions, such as a photo in base64.
std::string noise(std::size_t bytes, std::uint32_t seed = 1) {
  std::string out;
  for (std::uint32_t state = seed; out.size() < bytes;) {
    state = state * 1664525 + 1013904223;
    out.push_back(static_cast<char>('0' + (state >> 24) % 64));
  }
  return out;
}

std::string card(const std::string& phone, const std::string& photo = {}) {
  return "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:" + noise(36) +
         "\r\nN:Doe;Jane;;;\r\nNOTE:" + noise(800, 7) + "\r\nTEL:" + phone + "\r\nPHOTO:" + photo +
         "\r\nEND:VCARD\r\n";
}

TEST(CardPatch, GivesBackTheBytesBefore) {
  const std::string texts[] = {
      "", "a", card("1"), card("2"), card("3", noise(300'000)), noise(1'000'000)};
  for (const std::string& before : texts) {
    for (const std::string& after : texts) {
      EXPECT_EQ(apply_card_patch(card_patch(before, after), after), before);
    }
  }
}

TEST(CardPatch, IsSmallForALineThatWasEdited) {
  EXPECT_LT(card_patch(card("+49 30 1"), card("+49 30 22")).size(), 100U);
  EXPECT_LT(card_patch(card("1"), "").size(), card("1").size());
  for (const std::size_t photo : {30'000U, 300'000U, 3'000'000U}) {
    EXPECT_LT(card_patch(card("1", noise(photo)), card("22", noise(photo))).size(), 400U) << photo;
  }
}

TEST(CardPatch, RefusesAnotherCardAndDamagedBytes) {
  const std::string patch = card_patch(card("1"), card("2"));
  EXPECT_THROW(apply_card_patch(patch, card("2") + noise(40)), store::DatabaseError);
  EXPECT_THROW(apply_card_patch(patch.substr(0, patch.size() - 1), card("2")),
               store::DatabaseError);
  EXPECT_THROW(apply_card_patch("", card("2")), store::DatabaseError);
  EXPECT_THROW(apply_card_patch("BEGIN:VCARD", card("2")), store::DatabaseError);
}

}  // namespace
}  // namespace kith::contacts
