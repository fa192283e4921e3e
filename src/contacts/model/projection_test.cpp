#include "contacts/model/projection.hpp"

#include <gmock/gmock.h>

#include "base/digits.hpp"
#include "testing/contact_cards.hpp"

namespace kith::contacts {

namespace {

using test::parsed;
using test::test_now;
using test::vcard_of;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Projection projected(std::string_view version, std::string_view body) {
  return project(parsed(vcard_of(version, body)), {.now = test_now});
}

ContactFields shown(std::string_view version, std::string_view body) {
  return projected(version, body).fields;
}

std::vector<std::string> texts(const Projection& projection, TextKind kind) {
  std::vector<std::string> out;
  for (const CardText& text : projection.texts) {
    if (text.kind == kind) out.push_back(text.text);
  }
  return out;
}

TEST(Projection, OfTheName) {
  struct Case {
    std::string_view version;
    std::string_view body;
    std::string_view first;
    std::string_view last;
  };
  const std::vector<Case> cases{
      {"3.0", "N:Doe;Jane;Mary;Dr.;PhD|FN:X|", "Jane", "Doe"},
      {"3.0", "N:Doe,Roe;Jane,Mary;;;|", "Jane Mary", "Doe Roe"},
      {"2.1", "N:Doe, Roe;Jane|", "Jane", "Doe, Roe"},
      {"3.0", "N:;;;;|N:Doe;Jane|N:Roe;Joan|", "Jane", "Doe"},
      {"3.0", "N:Doe|", "", "Doe"},
      {"3.0", "N:;;;Dr.;|FN:Acme|ORG:Other|", "Acme", ""},
      {"4.0", "FN;PREF=2:One|FN;PREF=1:Two|FN:Three|", "Two", ""},
      {"3.0", "FN: |ORG:;Sales|ORG:Acme;Sales|NICKNAME:Nick|", "Acme", ""},
      {"3.0", "NICKNAME:,Nick,Nack|EMAIL:a@x.example|", "Nick", ""},
      {"3.0", "EMAIL:a@x.example|EMAIL;PREF=1:b@x.example|TEL:1|", "b@x.example", ""},
      {"3.0", "EMAIL:no address|TEL:1|", "no address", ""},
      {"3.0", "TEL;VALUE=uri:tel:+49-30-1|", "+49-30-1", ""},
      {"3.0", "X-A:b|", "No name", ""},
      {"3.0", "N:  Doe\t ; Jane \x01 Mary|", "Jane Mary", "Doe"},
      {"3.0", "N:e\xCC\x81;\xC2\x85Jane|", "Jane", "\xC3\xA9"},
      {"3.0", "N:D\xF6;Jane|", "Jane", "Dö"},
  };
  for (const Case& each : cases) {
    const ContactFields fields = shown(each.version, each.body);
    EXPECT_EQ(fields.first_name.value_or(""), each.first) << each.body;
    EXPECT_EQ(fields.last_name.value_or(""), each.last) << each.body;
  }
}

TEST(Projection, CutsWhatIsTooLong) {
  const std::string name(300, 'a');
  EXPECT_EQ(shown("3.0", "N:;" + name + "|").first_name, std::string(200, 'a'));
  const std::string blanks = std::string(199, 'a') + " " + std::string(100, 'b');
  EXPECT_EQ(shown("3.0", "N:;" + blanks + "|").first_name, std::string(199, 'a'));
  std::string notes;
  for (int i = 0; i < 10'001; ++i) notes += "ä";
  EXPECT_EQ(shown("3.0", "N:;J|NOTE:" + notes + "|").notes, notes.substr(0, 20'000));
}

TEST(Projection, OfEmailAndPhone) {
  EXPECT_EQ(shown("3.0", "EMAIL:a@x.example|EMAIL;TYPE=pref:b@x.example|").email->text,
            "b@x.example");
  EXPECT_EQ(shown("4.0", "EMAIL;TYPE=pref:a@x.example|EMAIL;PREF=50:b@x.example|").email->text,
            "b@x.example");
  EXPECT_EQ(shown("3.0", "EMAIL;TYPE=pref:no-address|EMAIL:b@x.example|").email->text,
            "b@x.example");
  EXPECT_EQ(shown("3.0", "EMAIL:mailto:a@x.example|").email->text, "a@x.example");
  EXPECT_FALSE(shown("3.0", "EMAIL:no-address|").email);
  EXPECT_EQ(shown("3.0", "TEL;TYPE=fax,pref:1|TEL:2|TEL:3|").phone, "2");
  EXPECT_EQ(shown("2.1", "TEL;PAGER:1|TEL;FAX;PREF:2|").phone, "2");
  EXPECT_EQ(shown("3.0", "TEL:" + std::string(51, '1') + "|TEL:2|").phone, "2");
  EXPECT_EQ(shown("4.0", "TEL;VALUE=uri:tel:+49-30-1;ext=5|").phone, "+49-30-1 ext. 5");
  EXPECT_EQ(shown("3.0", "TEL:030\\,1\t2|").phone, "030,1 2");
}

TEST(Projection, OfTheBirthday) {
  struct Case {
    std::string_view lines;
    std::string_view shown;
  };
  const std::vector<Case> cases{
      {"BDAY:19900517|", "1990-05-17"},
      {"BDAY:1990-05-17|", "1990-05-17"},
      {"BDAY;VALUE=date-time:1984-02-29T23:30:00-08:00|", "1984-02-29"},
      {"BDAY:--0517|", "--05-17"},
      {"BDAY:--05-17|", "--05-17"},
      {"BDAY:---17|", ""},
      {"BDAY:1990|", ""},
      {"BDAY:1990-05|", ""},
      {"BDAY:17.05.1990|", ""},
      {"BDAY:|", ""},
      {"BDAY:1990-02-30|", ""},
      {"BDAY:1604-06-20|", "--06-20"},
      {"BDAY;X-APPLE-OMIT-YEAR=1700:1700-06-20|", "--06-20"},
      {"BDAY;X-APPLE-OMIT-YEAR=1604:1990-06-20|", "1990-06-20"},
      {"BDAY:1599-12-31|", ""},
      {"BDAY:1599-12-31|BDAY:1600-01-01|", "1600-01-01"},
      {"BDAY:2026-12-01|", "2026-12-01"},  // it is that day in UTC+14
      {"BDAY:2026-12-02|", ""},
  };
  for (const Case& each : cases) {
    const auto birthday = shown("3.0", each.lines).birthday;
    std::string text;
    if (birthday) birthday->append_to(text);
    EXPECT_EQ(text, each.shown) << each.lines;
  }
}

TEST(Projection, OfNotes) {
  EXPECT_EQ(shown("3.0", "NOTE:a\\nb\x07\\, c|NOTE:d|").notes, "a\nb, c");
  EXPECT_FALSE(shown("3.0", "NOTE: |NOTE:d|").notes);
}

TEST(Projection, OfUidAndOrganization) {
  const Projection person =
      projected("3.0", "UID: |UID:urn:uuid:X|UID:y|ORG:;Sales|ORG:Acme\\, Inc;Sales|");
  EXPECT_EQ(person.uid, "urn:uuid:X");
  EXPECT_EQ(person.organization, "Acme, Inc");
}

TEST(Projection, OfTheStar) {
  EXPECT_TRUE(projected("3.0", "N:;J|CATEGORIES:Friends|CATEGORIES:* starred|").is_starred);
  EXPECT_FALSE(projected("3.0", "CATEGORIES:Stars|").is_starred);
}

TEST(Projection, OfKeys) {
  const Projection projection =
      projected("3.0",
                "N:Müller;Änne|EMAIL:A@X.example|EMAIL:b@x.example|EMAIL:no-address|TEL:+49 (0)30 "
                "1234567|TEL:030 7654321|TEL:+49 30 1234567 ext. 5|");
  EXPECT_THAT(projection.keys, ElementsAre(ContactKey{KeyKind::email, "a@x.example"},
                                           ContactKey{KeyKind::email, "b@x.example"},
                                           ContactKey{KeyKind::email, "no-address"},
                                           ContactKey{KeyKind::phone, "+49301234567"},
                                           ContactKey{KeyKind::phone, "307654321"},
                                           ContactKey{KeyKind::name, "anne muller"}));
  const Card card = parsed(vcard_of("3.0", "N:;J|TEL:030 7654321|"));
  EXPECT_THAT(project(card, {.now = test_now, .country_code = 49}).keys,
              Contains(ContactKey{KeyKind::phone, "+49307654321"}));
  EXPECT_THAT(projected("3.0", "X-A:b|").keys, IsEmpty());
}

TEST(Projection, OfAnImplicitCard) {
  ContactFields fields;
  fields.first_name = "Ann";
  fields.phone = "+49 30 1234567";
  fields.email = test::email_of("Ann@x.example");
  fields.favorite = true;
  const Projection projection = project(Card(fields), {.now = test_now});
  EXPECT_EQ(projection.fields, fields);
  EXPECT_THAT(projection.keys, ElementsAre(ContactKey{KeyKind::email, "ann@x.example"},
                                           ContactKey{KeyKind::phone, "+49301234567"},
                                           ContactKey{KeyKind::name, "ann"}));
  EXPECT_THAT(projection.texts, IsEmpty());
}

TEST(Projection, OfSearchableTexts) {
  const Projection projection = projected(
      "4.0",
      "N;SORT-AS=\"Harten\":van der Harten;Rene;J.;Sir;R.D.O.N.|FN:Rene|NICKNAME:Bob,Bobby|"
      "X-PHONETIC-FIRST-NAME:Ruh-nay|ORG:Acme;Sales;North|TITLE:Boss|ROLE:Lead|"
      "EMAIL:a@x.example|EMAIL:b@x.example|TEL;VALUE=uri:tel:+1-2|TEL:3|URL:https://x.example|"
      "IMPP:xmpp:r@x.example|X-SOCIALPROFILE;type=twitter;x-user=rene:https://t.example/1|"
      "ADR;LABEL=\"Street 1^nCity\":;;Street 1;City;;12345;Land|LABEL:Old street|"
      "CATEGORIES:One,Two|NOTE:a\\nb|NOTE:c|"
      "X-ANDROID-CUSTOM:vnd.android.cursor.item/nickname;Droid;1;|"
      "SOUND;X-IRMC-N:Ya;Ta|");
  EXPECT_THAT(texts(projection, TextKind::name),
              ElementsAre("Sir Rene J. van der Harten R.D.O.N.", "Harten", "Rene", "Ruh-nay"));
  EXPECT_THAT(texts(projection, TextKind::nickname), ElementsAre("Bob", "Bobby", "Droid"));
  EXPECT_THAT(texts(projection, TextKind::organization), ElementsAre("Acme, Sales, North"));
  EXPECT_THAT(texts(projection, TextKind::title), ElementsAre("Boss", "Lead"));
  EXPECT_THAT(texts(projection, TextKind::email), ElementsAre("a@x.example", "b@x.example"));
  EXPECT_THAT(texts(projection, TextKind::phone), ElementsAre("+1-2", "3"));
  EXPECT_THAT(texts(projection, TextKind::url), ElementsAre("https://x.example"));
  EXPECT_THAT(texts(projection, TextKind::im),
              ElementsAre("xmpp:r@x.example", "https://t.example/1", "rene"));
  EXPECT_THAT(texts(projection, TextKind::address),
              ElementsAre("Street 1, City, 12345, Land", "Street 1 City", "Old street"));
  EXPECT_THAT(texts(projection, TextKind::label), ElementsAre("One", "Two"));
  EXPECT_THAT(texts(projection, TextKind::note), ElementsAre("a\nb", "c"));
  EXPECT_THAT(texts(projected("2.1", "N:Y;T|SOUND;X-IRMC-N:Ya;Ta|"), TextKind::name),
              ElementsAre("T Y", "Ya Ta"));
}

TEST(Projection, OfPhotos) {
  constexpr std::string_view gif = "R0lGODlhAQABAAAAACw=";
  const auto photo = [](std::string_view lines) {
    return photo_of(parsed(vcard_of("3.0", lines)));
  };
  const Photo image =
      photo("PHOTO;VALUE=uri:|PHOTO;VALUE=uri:https://x.example/a|PHOTO;ENCODING=b;TYPE=JPEG:" +
            std::string(gif) + '|');
  EXPECT_EQ(image.kind, PhotoKind::image);
  EXPECT_EQ(image.media_type, "image/gif");
  EXPECT_TRUE(image.content.starts_with("GIF89a"));
  EXPECT_EQ(photo("PHOTO:data:image/gif;base64," + std::string(gif) + '|').kind, PhotoKind::image);
  EXPECT_EQ(photo("PHOTO;VALUE=uri:https://x.example/a|").content, "https://x.example/a");
  EXPECT_EQ(photo("PHOTO;VALUE=uri:https://x.example/a|").kind, PhotoKind::address);
  EXPECT_EQ(photo("PHOTO;ENCODING=b:aGVsbG8=|").kind, PhotoKind::none);
  EXPECT_EQ(photo_of(Card(ContactFields{})).kind, PhotoKind::none);
  EXPECT_EQ(projected("3.0", "PHOTO;ENCODING=b:" + std::string(gif) + '|').photo, PhotoKind::image);
}

TEST(Projection, IgnoresNestedCards) {
  const Projection projection = projected(
      "2.1", "N:Doe;Jane|AGENT:|BEGIN:VCARD|N:Roe;Joan|EMAIL:a@x.example|END:VCARD|TEL:1|");
  EXPECT_EQ(projection.fields.first_name, "Jane");
  EXPECT_FALSE(projection.fields.email);
  EXPECT_EQ(projection.fields.phone, "1");
}

}  // namespace

}  // namespace kith::contacts
