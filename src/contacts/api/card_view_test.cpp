#include "contacts/api/card_view.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "testing/contact_cards.hpp"

namespace kith::contacts {
namespace {

using boost::json::value;
using test::parsed;
using test::vcard_of;

const ContactId contact = *ContactId::parse("0193c1e2-0000-7000-8000-000000000001");
constexpr std::string_view gif = "R0lGODlhAQABAIAAAP8AAAAAACH5BAQAAAAALAAAAAABAAEAAAICRAEAOw==";

/// A card with data that are no photo, a photo in the second place, and a logo.
Card card_with_data() {
  return parsed(
      vcard_of("3.0", "FN:Jane|PHOTO;VALUE=uri:https://example.org/a.png|PHOTO;ENCODING=b:" +
                          std::string(gif) + "|LOGO;ENCODING=b:" + std::string(gif) + "|"));
}

value shown(const Card& card, MediaData media) {
  return boost::json::parse(jscontact_text(with_bytes(card, contact), contact, media));
}

TEST(CardView, LinksThePhotoAndNamesOtherData) {
  const value media = shown(card_with_data(), MediaData::linked).at("media");
  EXPECT_EQ(media.at("PHOTO-1").at("uri"), "https://example.org/a.png");
  EXPECT_EQ(media.at("PHOTO-2").at("uri"),
            "/api/v1/contacts/0193c1e2-0000-7000-8000-000000000001/photo");
  EXPECT_EQ(media.at("PHOTO-2").at("mediaType"), "image/gif");
  EXPECT_EQ(media.at("LOGO-1").at("uri"),
            "ni:///sha-256;G6JFERgK5RBRPU0w-O2mQCLKYpHPCLNhJsb5bu7H-DA");
}

TEST(CardView, HasTheDataIfItIsAskedTo) {
  const value media = shown(card_with_data(), MediaData::inlined).at("media");
  const std::string data = "data:image/gif;base64," + std::string(gif);
  EXPECT_EQ(media.at("PHOTO-2").at("uri"), data.c_str());
  EXPECT_EQ(media.at("LOGO-1").at("uri"), data.c_str());
}

TEST(CardView, ShowsGeneratedCards) {
  ContactFields fields;
  fields.first_name = "Jane";
  const value card = shown(Card(fields), MediaData::linked);
  EXPECT_EQ(card.at("uid"), contact.to_string().c_str());
  EXPECT_EQ(card.at("name").at("full"), "Jane");
}

}  // namespace
}  // namespace kith::contacts
