#include "contacts/model/card.hpp"

#include <gmock/gmock.h>

#include "contacts/model/uid.hpp"
#include "testing/contact_cards.hpp"

namespace kith::contacts {

namespace {

using test::birthday_of;
using test::email_of;
using test::parsed;
using test::test_now;
using test::vcard_of;
using ::testing::HasSubstr;

TEST(Card, KeepsItsBytes) {
  const std::string bytes = "BEGIN:vcard\nN:Doe;Jane\nX-A;b=c : d\nEND:VCARD";
  const Card card = parsed(bytes);
  EXPECT_TRUE(card.is_explicit());
  EXPECT_EQ(card.bytes(), bytes);
  EXPECT_EQ(card, parsed(bytes));
  EXPECT_NE(card, parsed(bytes + "\n"));
  EXPECT_NE(card, Card(simple_form(card, test_now)));
}

TEST(Card, AnImplicitCardIsItsFields) {
  ContactFields fields;
  fields.first_name = "Ann";
  fields.favorite = true;
  const Card card(fields);
  EXPECT_FALSE(card.is_explicit());
  EXPECT_EQ(card.favorite(), true);
  EXPECT_EQ(simple_form(card, test_now), fields);
}

TEST(Card, RefusalsNameLineColumnAndReason) {
  struct Case {
    std::string bytes;
    std::string_view detail;
    std::string_view members;
    std::string_view condition;
  };
  const std::string card = vcard_of("3.0", "N:Doe;Jane;;;|");
  const std::vector<Case> cases{
      {"<html>", "The card is not valid: line 1, column 1: a card begins with BEGIN:VCARD.",
       R"("line":1,"column":1,"reason":"not_a_card")", "CARDDAV:valid-address-data"},
      {"", "The card is not valid: line 1, column 1: a card begins with BEGIN:VCARD.",
       R"("line":1,"column":1,"reason":"not_a_card")", "CARDDAV:valid-address-data"},
      {card + card,
       "The card is not valid: line 5, column 1: another card begins here; send one card at a "
       "time.",
       R"("line":5,"column":1,"reason":"two_cards")", "CARDDAV:valid-address-data"},
      {std::string("BEGIN:VCARD\r\nN:a\0b\r\n", 20),
       "The card is not valid: line 2, column 4: a card must not contain NUL bytes.",
       R"("line":2,"column":4,"reason":"nul_byte")", "CARDDAV:valid-address-data"},
      {"\xFF\xFE"
       "B",
       "The card is not valid: line 1, column 1: the text is UTF-16; convert it to UTF-8.",
       R"("line":1,"column":1,"reason":"utf16")", "CARDDAV:valid-address-data"},
  };
  for (const Case& each : cases) {
    const auto refused = Card::parse(each.bytes);
    ASSERT_FALSE(refused) << each.bytes;
    EXPECT_EQ(refused.error().code, Errc::invalid);
    EXPECT_EQ(refused.error().detail, each.detail);
    EXPECT_EQ(refused.error().members, each.members);
    EXPECT_EQ(refused.error().dav_condition->name, each.condition);
  }
}

TEST(Card, RefusesCardsOverTheLimits) {
  const std::string line = "A:" + std::string(1000, 'b') + '\n';
  std::string bytes = "BEGIN:VCARD\n";
  while (bytes.size() <= vcard::card_bytes_max) bytes += line;
  const auto large = Card::parse(bytes);
  ASSERT_FALSE(large);
  EXPECT_THAT(large.error().detail, HasSubstr("a card has at most 10485760 bytes"));
  EXPECT_EQ(large.error().dav_condition->name, "CARDDAV:max-resource-size");
  std::string lines = "BEGIN:VCARD\n";
  for (std::size_t i = 0; i < vcard::lines_max; ++i) lines += "A:\n";
  const auto many = Card::parse(lines);
  ASSERT_FALSE(many);
  EXPECT_THAT(many.error().detail, HasSubstr("a card has at most 100000 lines"));
}

ContactFields full_fields() {
  ContactFields fields;
  fields.first_name = "Zoë; A";
  fields.last_name = "Żółć, B";
  fields.email = email_of("zoe@x.example");
  fields.phone = "+49 30 1,,2";
  fields.birthday = birthday_of("--02-29");
  fields.notes = "one\ntwo, three; four \\n";
  return fields;
}

TEST(Generate, WritesTheSimpleForm) {
  EXPECT_EQ(generate(full_fields(), "uid-1"),
            "BEGIN:VCARD\r\nVERSION:3.0\r\nPRODID:-//Kith//Kith//EN\r\nUID:uid-1\r\n"
            "N:Żółć\\, B;Zoë\\; A;;;\r\nFN:Zoë\\; A Żółć\\, B\r\n"
            "EMAIL;TYPE=INTERNET:zoe@x.example\r\nTEL:+49 30 1\\,\\,2\r\n"
            "BDAY;X-APPLE-OMIT-YEAR=1604:1604-02-29\r\n"
            "NOTE:one\\ntwo\\, three\\; four \\\\n\r\nEND:VCARD\r\n");
}

TEST(Generate, IsReadAsTheSameSimpleForm) {
  ContactFields fields = full_fields();
  EXPECT_EQ(simple_form(parsed(generate(fields, "uid-1")), test_now), fields);
  fields = {};
  fields.last_name = "Doe";
  fields.birthday = birthday_of("1990-05-17");
  EXPECT_EQ(simple_form(parsed(generate(fields, "uid-1")), test_now), fields);
}

TEST(UidKey, ComparesUidsWithoutTheirPrefixes) {
  constexpr std::string_view uuid = "6d1c7e0a-3f5b-4c1e-9a52-0c6b1f7d2e02";
  EXPECT_EQ(uid_key(uuid), uuid);
  EXPECT_EQ(uid_key("urn:uuid:6D1C7E0A-3F5B-4C1E-9A52-0C6B1F7D2E02"), uuid);
  EXPECT_EQ(uid_key("URN:UUID:urn:uuid:6d1c7e0a-3f5b-4c1e-9a52-0c6b1f7d2e02"), uuid);
  EXPECT_EQ(uid_key("urn:uuid:Not-A-UUID"), "Not-A-UUID");
  EXPECT_EQ(uid_key(" A/b {c} "), "A/b {c}");
  EXPECT_EQ(uid_key("urn:uuid:"), "");
}

TEST(UidKey, OfLongUidsIsBounded) {
  const std::string uid(100'000, 'a');
  EXPECT_EQ(uid_key(uid).size(), uid_key_bytes_max);
  EXPECT_NE(uid_key(uid), uid_key(uid + 'b'));
  EXPECT_EQ(uid_key(std::string(uid_key_bytes_max, 'a')), std::string(uid_key_bytes_max, 'a'));
}

TEST(UidOfResource, IsTheNameIfItCanBeOne) {
  const ContactId id{*Uuid::parse("01890000-0000-7000-8000-000000000001")};
  EXPECT_EQ(uid_of_resource("abcdefgh.vcf", id), "abcdefgh");
  EXPECT_EQ(uid_of_resource("abcdefgh.VCF", id), "abcdefgh");
  for (const char* other : {"short.vcf", "with a blank.vcf", "größer-als-8.vcf", ""}) {
    EXPECT_EQ(uid_of_resource(other, id), id.to_string()) << other;
  }
  EXPECT_EQ(uid_of_resource(std::string(201, 'a'), id), id.to_string());
}

}  // namespace

}  // namespace kith::contacts
