#include <fstream>
#include <iterator>

#include <gmock/gmock.h>

#include "contacts/model/group_card.hpp"
#include "contacts/model/projection.hpp"
#include "contacts/model/uid.hpp"
#include "testing/contact_cards.hpp"

/// Odd cards that programs wrote, in tests/data/cards.
namespace kith::contacts {

namespace {

using test::birthday_of;
using test::Change;
using test::changed;
using test::email_of;
using test::parsed;
using test::test_now;
using ::testing::Contains;

std::string file(const std::string& name) {
  std::ifstream in(KITH_SOURCE_DIR "/tests/data/cards/" + name, std::ios::binary);
  EXPECT_TRUE(in) << name;
  return {std::istreambuf_iterator<char>(in), {}};
}

Projection projection_of(const std::string& name) {
  return project(parsed(file(name)), {.now = test_now});
}

/// What the simple form shows, as texts; empty: null.
struct Shown {
  std::string_view first_name = {};
  std::string_view last_name = {};
  std::string_view email = {};
  std::string_view phone = {};
  std::string_view birthday = {};
  std::string_view notes = {};
};

void expect_shown(const ContactFields& fields, const Shown& expected, std::string_view name) {
  EXPECT_EQ(fields.first_name.value_or(""), expected.first_name) << name;
  EXPECT_EQ(fields.last_name.value_or(""), expected.last_name) << name;
  EXPECT_EQ(fields.email ? fields.email->text : "", expected.email) << name;
  EXPECT_EQ(fields.phone.value_or(""), expected.phone) << name;
  std::string birthday;
  if (fields.birthday) fields.birthday->append_to(birthday);
  EXPECT_EQ(birthday, expected.birthday) << name;
  EXPECT_EQ(fields.notes.value_or(""), expected.notes) << name;
}

TEST(Cases, AreShown) {
  struct Case {
    std::string name;
    Shown shown;
  };
  const std::vector<Case> cases{
      {"01-apple-labels.vcf",
       {.first_name = "Ngozi", .last_name = "Okafor", .email = "n.okafor@firm.example"}},
      {"02-uid-prefix-twice.vcf", {.first_name = "Nils", .last_name = "Ekström"}},
      {"03-quoted-printable-breaks.vcf",
       {.first_name = "Jiří",
        .last_name = "Dvořák",
        .phone = "+420 601 111 222",
        .notes = "Opens at 9:\nTuesdays TEL:this is still the note"}},
      {"04-fold-inside-a-character.vcf",
       {.first_name = "Zoë",
        .last_name = "Żółć",
        .notes = "first partł of it\nwith a break before: this colon"}},
      {"05-year-1604.vcf", {.first_name = "Pia", .last_name = "Castellano", .birthday = "--06-20"}},
      {"06-birthday-with-time.vcf",
       {.first_name = "Kwame", .last_name = "Osei", .birthday = "1984-02-29"}},
      {"07-photo-encoding-doubled.vcf", {.first_name = "Rob", .last_name = "Hale"}},
      {"08-company-without-name.vcf",
       {.first_name = "Bauer, Sohn & Co;KG", .phone = "+49 40 000 0108"}},
      {"09-types-of-every-spelling.vcf",
       {.first_name = "Ines",
        .last_name = "Moreau",
        .email = "two@moreau.example",
        .phone = "+1 555 0112"}},
      {"10-nothing-but-a-name.vcf",
       {.first_name = "Samira", .last_name = "Haddad", .phone = "0151 5550123"}},
      {"11-repeated-lines.vcf", {.first_name = "Sofie", .last_name = "Lund", .notes = "old"}},
      {"12-group-apple.vcf", {.last_name = "Choir"}},
      {"12-person.vcf", {.first_name = "Chidi", .last_name = "Abara"}},
      {"13-full-name-follows.vcf",
       {.first_name = "Åsa",
        .last_name = "Lindqvist",
        .notes =
            "a fold that stays as it is a fold that stays as it is a fold that stays as it is "
            "a fold that stays as it is a fold that stays as it is a fold that stays as it is"}},
      {"14-line-ends-doubled.vcf",
       {.first_name = "Kenji", .last_name = "Sato", .email = "kenji@sato.example"}},
  };
  for (const Case& each : cases) {
    expect_shown(projection_of(each.name).fields, each.shown, each.name);
  }
}

TEST(Cases, HaveDerivedValues) {
  EXPECT_EQ(uid_key(projection_of("02-uid-prefix-twice.vcf").uid),
            uid_key("6D1C7E0A-3F5B-4C1E-9A52-0C6B1F7D2E02"));
  EXPECT_EQ(projection_of("07-photo-encoding-doubled.vcf").photo, PhotoKind::image);
  EXPECT_EQ(photo_of(parsed(file("07-photo-encoding-doubled.vcf"))).media_type, "image/png");
  EXPECT_THAT(projection_of("08-company-without-name.vcf").texts,
              Contains(CardText{TextKind::organization, "Bauer, Sohn & Co;KG, Einkauf Lager"}));
  const Projection phones = projection_of("09-types-of-every-spelling.vcf");
  EXPECT_THAT(phones.texts, Contains(CardText{TextKind::phone, "+1 555 0110"}));
  EXPECT_THAT(phones.texts, Contains(CardText{TextKind::email, "one@moreau.example"}));
  const Card group = parsed(file("12-group-apple.vcf"));
  EXPECT_TRUE(is_group(group));
  EXPECT_FALSE(is_group(parsed(file("12-person.vcf"))));
  EXPECT_EQ(read_group(group).members.size(), 2U) << "one is repeated";
  EXPECT_THAT(read_group(group).members, Contains(uid_key(projection_of("12-person.vcf").uid)));
}

struct Replacement {
  std::string_view from;
  std::string_view to;
};

/// A change of the simple form, and what it makes of the bytes.
struct Step {
  Change change;
  std::vector<Replacement> replacements;
};

void expect_steps(const std::string& name, const std::vector<Step>& steps) {
  Card card = parsed(file(name));
  std::string bytes = card.bytes();
  for (const Step& step : steps) {
    const auto next = changed(card, step.change);
    ASSERT_TRUE(next) << name << ": " << next.error().detail;
    for (const auto& [from, to] : step.replacements) {
      ASSERT_NE(bytes.find(from), std::string::npos) << name << ": " << from;
      bytes.replace(bytes.find(from), from.size(), to);
    }
    EXPECT_EQ(next->bytes(), bytes) << name;
    card = *next;
  }
}

void remove_email(ContactFields& fields) { fields.email.reset(); }

TEST(Cases, AreEditedLineByLine) {
  expect_steps(
      "01-apple-labels.vcf",
      {{[](ContactFields& fields) { fields.email = email_of("new@firm.example"); },
        {{"type=pref:n.okafor@firm.example", "type=pref:new@firm.example"}}},
       {remove_email, {{"EMAIL;type=INTERNET;type=WORK;type=pref:new@firm.example\r\n", ""}}},
       {remove_email,
        {{"item1.EMAIL;type=INTERNET:ngozi@old.example\r\nitem1.X-ABLabel:Allotment\r\n", ""}}}});
  expect_steps(
      "05-year-1604.vcf",
      {{[](ContactFields& fields) { fields.birthday = birthday_of("1991-06-20"); },
        {{"BDAY:1604-06-20", "BDAY:1991-06-20"}}},
       {[](ContactFields& fields) { fields.birthday.reset(); }, {{"BDAY:1991-06-20\r\n", ""}}}});
  expect_steps("11-repeated-lines.vcf",
               {{[](ContactFields& fields) { fields.notes = "new, and newer"; },
                 {{"NOTE:old", "NOTE:new\\, and newer"},
                  {"2019-03-02T10:11:12Z", "2026-11-30T21:00:00Z"},
                  {"20190302T101112Z", "20261130T210000Z"}}}});
  expect_steps("13-full-name-follows.vcf",
               {{[](ContactFields& fields) { fields.first_name = "Eva"; },
                 {{"N:Lindqvist;Åsa;Maria;Prof.;", "N:Lindqvist;Eva;Maria;Prof.;"},
                  {"FN:Prof. Åsa Maria Lindqvist", "FN:Prof. Eva Maria Lindqvist"}}}});
}

}  // namespace

}  // namespace kith::contacts
