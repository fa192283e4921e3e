#include "contacts/model/edit.hpp"

#include <gmock/gmock.h>

#include "testing/contact_cards.hpp"

namespace kith::contacts {

namespace {

using test::birthday_of;
using test::Change;
using test::changed;
using test::email_of;
using test::parsed;
using test::test_now;
using test::vcard_of;

/// An edit of a card; `|` ends each line.
struct Case {
  std::string_view name;
  std::string_view version;
  std::string_view before;
  Change change;
  std::string_view after;
};

void expect_edits(const std::vector<Case>& cases) {
  for (const Case& each : cases) {
    const auto card = changed(parsed(vcard_of(each.version, each.before)), each.change);
    ASSERT_TRUE(card) << each.name << ": " << card.error().detail;
    EXPECT_EQ(card->bytes(), vcard_of(each.version, each.after)) << each.name;
  }
}

Change email(std::string_view text) {
  return [text](ContactFields& fields) { fields.email = email_of(text); };
}
Change phone(std::string_view text) {
  return [text](ContactFields& fields) { fields.phone = text; };
}
Change birthday(std::string_view text) {
  return [text](ContactFields& fields) { fields.birthday = birthday_of(text); };
}
Change first_name(std::string_view text) {
  return [text](ContactFields& fields) { fields.first_name = text; };
}
Change last_name(std::string_view text) {
  return [text](ContactFields& fields) { fields.last_name = text; };
}
Change names(std::string_view first, std::string_view last) {
  return [first, last](ContactFields& fields) {
    fields.first_name = first;
    fields.last_name = last;
  };
}
Change notes(std::string_view text) {
  return [text](ContactFields& fields) { fields.notes = text; };
}
void no_email(ContactFields& fields) { fields.email.reset(); }
void no_phone(ContactFields& fields) { fields.phone.reset(); }
void no_birthday(ContactFields& fields) { fields.birthday.reset(); }
void no_notes(ContactFields& fields) { fields.notes.reset(); }
void no_first_name(ContactFields& fields) { fields.first_name.reset(); }
void no_last_name(ContactFields& fields) { fields.last_name.reset(); }
void no_name(ContactFields& fields) {
  fields.first_name.reset();
  fields.last_name.reset();
}

constexpr std::string_view three_emails =
    "N:Doe;Jane;;;|item1.EMAIL;type=INTERNET:a@x.example|item1.X-ABLabel:Old|"
    "EMAIL;type=INTERNET;type=pref:b@x.example|item2.EMAIL:c@x.example|"
    "item2.X-ABLabel:_$!<Other>!$_|";

TEST(Edit, WritesTheShownEmailAlone) {
  expect_edits(
      {{"1: the shown one of three", "3.0", three_emails, email("n@x.example"),
        "N:Doe;Jane;;;|item1.EMAIL;type=INTERNET:a@x.example|item1.X-ABLabel:Old|"
        "EMAIL;type=INTERNET;type=pref:n@x.example|item2.EMAIL:c@x.example|"
        "item2.X-ABLabel:_$!<Other>!$_|"},
       {"2: removed, the mark of preference stays away", "3.0", three_emails, no_email,
        "N:Doe;Jane;;;|item1.EMAIL;type=INTERNET:a@x.example|item1.X-ABLabel:Old|"
        "item2.EMAIL:c@x.example|item2.X-ABLabel:_$!<Other>!$_|"},
       {"3: the label goes with the last of its group", "3.0",
        "N:Doe;Jane;;;|item1.EMAIL:a@x.example|item1.X-ABLabel:Old|", no_email, "N:Doe;Jane;;;|"},
       {"3: the label of another property stays", "3.0",
        "N:Doe;Jane;;;|item1.EMAIL:a@x.example|ITEM1.TEL:1234|item1.X-ABLabel:Old|", no_email,
        "N:Doe;Jane;;;|ITEM1.TEL:1234|item1.X-ABLabel:Old|"},
       {"4: added in 3.0", "3.0", "N:Doe;Jane;;;|", email("n@x.example"),
        "N:Doe;Jane;;;|EMAIL;TYPE=INTERNET:n@x.example|"},
       {"4: added in 4.0", "4.0", "N:Doe;Jane;;;|", email("n@x.example"),
        "N:Doe;Jane;;;|EMAIL:n@x.example|"},
       {"4: added in 2.1", "2.1", "N:Doe;Jane;;;|", email("n@x.example"),
        "N:Doe;Jane;;;|EMAIL;INTERNET:n@x.example|"},
       {"4: added beside one that is no address", "3.0", "N:Doe;Jane;;;|EMAIL:no-address|TEL:1|",
        email("n@x.example"),
        "N:Doe;Jane;;;|EMAIL:no-address|EMAIL;TYPE=INTERNET:n@x.example|TEL:1|"},
       {"the lowest PREF", "4.0", "FN:J|EMAIL;PREF=2:a@x.example|EMAIL;PREF=1:b@x.example|",
        email("n@x.example"), "FN:J|EMAIL;PREF=2:a@x.example|EMAIL;PREF=1:n@x.example|"},
       {"a link becomes an address", "4.0", "FN:J|EMAIL;VALUE=uri;TYPE=home:mailto:a@x.example|",
        email("n@x.example"), "FN:J|EMAIL;TYPE=home:n@x.example|"}});
}

TEST(Edit, WritesTheShownPhoneAlone) {
  expect_edits(
      {{"4: added as typed", "3.0", "N:Doe;Jane;;;|", phone("+49 30 1"),
        "N:Doe;Jane;;;|TEL:+49 30 1|"},
       {"4: added as typed in 4.0", "4.0", "FN:J|", phone("+49 30 1"), "FN:J|TEL:+49 30 1|"},
       {"4: added as typed in 2.1", "2.1", "N:Doe;Jane|", phone("+49 30 1"),
        "N:Doe;Jane|TEL:+49 30 1|"},
       {"4: added beside a text that is too long", "3.0",
        "N:D;J;;;|TEL;TYPE=FAX:12345678901234567890123456789012345678901234567890 1|",
        phone("1234"),
        "N:D;J;;;|TEL;TYPE=FAX:12345678901234567890123456789012345678901234567890 1|TEL:1234|"},
       {"9: a tel URI stays one", "4.0", "FN:J|TEL;VALUE=uri;TYPE=cell:tel:+49-30-2|",
        phone("+49 30 1"), "FN:J|TEL;VALUE=uri;TYPE=cell:tel:+49-30-1|"},
       {"9: an extension is part of the URI", "4.0", "FN:J|TEL;VALUE=uri:tel:+49-30-2|",
        phone("+49 30 1 ext. 5"), "FN:J|TEL;VALUE=uri:tel:+49-30-1;ext=5|"},
       {"9: a text that is no URI", "4.0", "FN:J|TEL;VALUE=uri;TYPE=cell:tel:+49-30-2|",
        phone("030 1"), "FN:J|TEL;TYPE=cell:030 1|"},
       {"a type of value that still fits stays", "4.0", "FN:J|TEL;VALUE=text:2|", phone("030 1"),
        "FN:J|TEL;VALUE=text:030 1|"},
       {"a URI without VALUE=uri", "3.0", "N:D;J;;;|TEL;TYPE=CELL:tel:+49-30-2|", phone("+49 30 1"),
        "N:D;J;;;|TEL;TYPE=CELL:tel:+49-30-1|"},
       {"a fax number is the last choice", "3.0", "N:D;J;;;|TEL;TYPE=FAX,pref:1|TEL:2|", phone("3"),
        "N:D;J;;;|TEL;TYPE=FAX,pref:1|TEL:3|"},
       {"the only number is a fax number", "3.0", "N:D;J;;;|TEL;TYPE=FAX:1|", phone("3"),
        "N:D;J;;;|TEL;TYPE=FAX:3|"},
       {"removed", "2.1", "N:D;J|TEL;CELL:1|TEL;HOME;PREF:2|", no_phone, "N:D;J|TEL;CELL:1|"},
       {"pauses are escaped", "3.0", "N:D;J;;;|TEL:1|", phone("030 1,,5;6"),
        "N:D;J;;;|TEL:030 1\\,\\,5\\;6|"}});
}

TEST(Edit, WritesBirthdays) {
  expect_edits(
      {{"5: cleared", "3.0", "N:D;J;;;|BDAY;X-APPLE-OMIT-YEAR=1604:1604-06-20|", no_birthday,
        "N:D;J;;;|"},
       {"5: cleared, also one that cannot be read", "3.0",
        "N:D;J;;;|BDAY:1990-05-17|BDAY;VALUE=text:in spring|", no_birthday, "N:D;J;;;|"},
       {"6: without a year in 3.0", "3.0", "N:D;J;;;|BDAY;VALUE=date:1985-04-12|",
        birthday("--06-20"), "N:D;J;;;|BDAY;VALUE=date;X-APPLE-OMIT-YEAR=1604:1604-06-20|"},
       {"6: without a year in 4.0", "4.0", "FN:J|BDAY;VALUE=date:1985-04-12|", birthday("--06-20"),
        "FN:J|BDAY:--0620|"},
       {"6: a year again", "3.0", "N:D;J;;;|BDAY;VALUE=date;X-APPLE-OMIT-YEAR=1604:1604-06-20|",
        birthday("1991-06-20"), "N:D;J;;;|BDAY;VALUE=date:1991-06-20|"},
       {"6: without a year to another day", "3.0",
        "N:D;J;;;|BDAY;X-APPLE-OMIT-YEAR=1604;VALUE=date:1604-06-20|", birthday("--06-21"),
        "N:D;J;;;|BDAY;X-APPLE-OMIT-YEAR=1604;VALUE=date:1604-06-21|"},
       {"6: the basic spelling stays", "3.0", "N:D;J;;;|BDAY:19850412|", birthday("1991-06-20"),
        "N:D;J;;;|BDAY:19910620|"},
       {"6: the extended spelling stays", "4.0", "FN:J|BDAY:1985-04-12|", birthday("1991-06-20"),
        "FN:J|BDAY:1991-06-20|"},
       {"6: a date with a time becomes a date", "3.0",
        "N:D;J;;;|BDAY;VALUE=date-time:1984-02-29T23:30:00-08:00|", birthday("1984-03-01"),
        "N:D;J;;;|BDAY:1984-03-01|"},
       {"6: the first one that can be read is written", "4.0",
        "FN:J|BDAY;VALUE=text:in spring|BDAY:19850412|", birthday("1991-06-20"),
        "FN:J|BDAY;VALUE=text:in spring|BDAY:19910620|"},
       {"6: none can be read", "4.0", "FN:J|BDAY;VALUE=text:in spring|BDAY:1985|",
        birthday("1991-06-20"), "FN:J|BDAY:19910620|BDAY:1985|"},
       {"added in 3.0", "3.0", "N:D;J;;;|", birthday("1991-06-20"), "N:D;J;;;|BDAY:1991-06-20|"},
       {"added without a year in 3.0", "3.0", "N:D;J;;;|", birthday("--06-20"),
        "N:D;J;;;|BDAY;X-APPLE-OMIT-YEAR=1604:1604-06-20|"},
       {"added in 4.0", "4.0", "FN:J|", birthday("1991-06-20"), "FN:J|BDAY:19910620|"},
       {"added without a year in 4.0", "4.0", "FN:J|", birthday("--06-20"), "FN:J|BDAY:--0620|"},
       {"1604 without the parameter", "3.0", "N:D;J;;;|BDAY:1604-06-20|", birthday("1991-06-20"),
        "N:D;J;;;|BDAY:1991-06-20|"}});
}

TEST(Edit, WritesTheShownNames) {
  constexpr std::string_view doctor = "N:Doe;Jane;Mary;Dr.;PhD|FN:Dr. Jane Mary Doe, PhD|";
  expect_edits({{"7: the formatted name follows by its pattern", "3.0", doctor, first_name("Joan"),
                 "N:Doe;Joan;Mary;Dr.;PhD|FN:Dr. Joan Mary Doe, PhD|"},
                {"7: a word is replaced", "3.0", "N:Doe;Jane;;;|FN:Doc Jane \"The Hammer\"|",
                 first_name("Joan"), "N:Doe;Joan;;;|FN:Doc Joan \"The Hammer\"|"},
                {"7: another name stays", "3.0", "N:Doe;Jane;;;|FN:The Hammer|", first_name("Joan"),
                 "N:Doe;Joan;;;|FN:The Hammer|"},
                {"7: an e-mail address stays", "3.0",
                 "N:Doe;Jane;;;|FN:jane@x.example|EMAIL:jane@x.example|", first_name("Joan"),
                 "N:Doe;Joan;;;|FN:jane@x.example|EMAIL:jane@x.example|"},
                {"7: an organization stays", "3.0", "N:Doe;Jane;;;|FN:Jane Inc|ORG:Jane Inc;Sales|",
                 first_name("Joan"), "N:Doe;Joan;;;|FN:Jane Inc|ORG:Jane Inc;Sales|"},
                {"8: the family name emptied", "3.0", doctor, no_last_name,
                 "N:;Jane;Mary;Dr.;PhD|FN:Dr. Jane Mary, PhD|"},
                {"8: the given name emptied", "3.0", "N:Doe;Jane;;;|FN:Jane Doe|", no_first_name,
                 "N:Doe;;;;|FN:Doe|"},
                {"8: both emptied, another name is left", "3.0", "N:Doe;Jane;;;|FN:The Hammer|",
                 no_name, "N:;;;;|FN:The Hammer|"},
                {"8: both emptied, an organization is left", "3.0",
                 "N:Doe;Jane;;;|FN:Jane Doe|ORG:Acme|", no_name, "N:;;;;|FN:|ORG:Acme|"},
                {"both names", "3.0", "N:Doe;Jane;;;|FN:Doe, Jane|", names("Joan", "Roe"),
                 "N:Roe;Joan;;;|FN:Roe, Joan|"},
                {"components are escaped", "3.0", "N:Doe;Jane|", names("A;B", "C,D\\"),
                 "N:C\\,D\\\\;A\\;B|"},
                {"several given names", "4.0", "N:Doe;Jane,Mary;;;|FN:Jane Mary Doe|",
                 first_name("Joan"), "N:Doe;Joan;;;|FN:Joan Doe|"},
                {"missing components are added", "3.0", "N:Doe|FN:Doe|", first_name("Jane"),
                 "N:Doe;Jane|FN:Jane Doe|"},
                {"a backslash at the end escapes no delimiter", "3.0", "N:Doe\\|",
                 first_name("Jane"), "N:Doe\\\\;Jane|"},
                {"without a formatted name none is made", "3.0", "N:Doe;Jane|", first_name("Joan"),
                 "N:Doe;Joan|"},
                {"the first N with text", "3.0", "N:;;;;|N:Doe;Jane;;;|", first_name("Joan"),
                 "N:;;;;|N:Doe;Joan;;;|"},
                {"2.1 has no lists", "2.1", "N:Doe;Jane, Mary|FN:Jane, Mary Doe|",
                 last_name("Roe, X"), "N:Roe, X;Jane, Mary|FN:Jane, Mary Roe, X|"},
                {"2.1: letters beyond ASCII", "2.1", "N:Doe;Jane|FN:Jane Doe|", first_name("Zoë"),
                 "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Doe;Zo=C3=AB|"
                 "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Zo=C3=AB Doe|"}});
}

TEST(Edit, WritesMadeUpNames) {
  expect_edits({{"13: the formatted name alone", "3.0", "N:;;;;|FN:Acme|ORG:Acme|",
                 first_name("Acme Ltd"), "N:;;;;|FN:Acme Ltd|ORG:Acme|"},
                {"13: with a family name", "3.0", "N:;;;;|FN:Acme|ORG:Acme|",
                 names("Acme Ltd", "Smith"), "N:Smith;Acme Ltd;;;|FN:Acme Ltd Smith|ORG:Acme|"},
                {"13: the organization stays", "3.0", "ORG:Acme|", first_name("Ann"),
                 "ORG:Acme|N:;Ann;;;|FN:Ann|"},
                {"13: missing lines are filled", "3.0", "N:;;;;|FN:|EMAIL:a@x.example|",
                 first_name("Ann"), "N:;Ann;;;|FN:Ann|EMAIL:a@x.example|"},
                {"13: a family name for an organization", "3.0", "N:|ORG:Acme|", last_name("Smith"),
                 "N:Smith;Acme|ORG:Acme|FN:Acme Smith|"},
                {"13: nothing but a family name", "3.0", "N:;;;;|FN:Acme|", names("", "Smith"),
                 "N:Smith;;;;|FN:Smith|"},
                {"13: nothing at all", "4.0", "", first_name("Ann"), "N:;Ann;;;|FN:Ann|"},
                {"removing a made-up name changes nothing", "3.0", "ORG:Acme|", no_first_name,
                 "ORG:Acme|"}});
}

TEST(Edit, WritesTheFirstNote) {
  expect_edits(
      {{"10: quoted-printable stays", "2.1",
        "N:D;J|NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:caf=C3=A9|", notes("thé\nback\\slash"),
        "N:D;J|NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:th=C3=A9=0D=0Aback\\\\slash|"},
       {"10: soft breaks at 76", "2.1", "N:D;J|NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:a|",
        notes("0123456789 0123456789 0123456789 0123456789"),
        "N:D;J|NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:0123456789 0123456789 01234567=|"
        "89 0123456789|"},
       {"10: another charset becomes UTF-8", "2.1",
        "N:D;J|NOTE;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:caf=E9|", notes("thé"),
        "N:D;J|NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:th=C3=A9|"},
       {"12: only the first NOTE is removed", "3.0", "N:D;J;;;|NOTE:one|NOTE:two|", no_notes,
        "N:D;J;;;|NOTE:two|"},
       {"escaped", "3.0", "N:D;J;;;|NOTE:one|", notes("a,b;c\\d\ne"),
        "N:D;J;;;|NOTE:a\\,b\\;c\\\\d\\ne|"},
       {"added", "4.0", "FN:J|", notes("a\nb"), "FN:J|NOTE:a\\nb|"},
       {"added in 2.1", "2.1", "N:D;J|", notes("a\nb"),
        "N:D;J|NOTE;ENCODING=QUOTED-PRINTABLE:a=0D=0Ab|"},
       {"base64 becomes text", "3.0", "N:D;J;;;|NOTE;ENCODING=b;CHARSET=UTF-8:aGk=|", notes("a"),
        "N:D;J;;;|NOTE;CHARSET=UTF-8:a|"}});
}

TEST(Edit, AFavoriteChangesNoByte) {
  const Card card = parsed(vcard_of("3.0", "N:Doe;Jane;;;|REV:20200101T000000Z|"));
  const auto starred = changed(card, [](ContactFields& fields) { fields.favorite = true; });
  ASSERT_TRUE(starred);
  EXPECT_EQ(starred->bytes(), card.bytes());
  EXPECT_EQ(starred->favorite(), true);
  EXPECT_NE(*starred, card);
}

TEST(Edit, MovesTheRevisionInItsForm) {
  expect_edits({{"REV", "3.0", "N:Doe;Jane;;;|REV:2019-03-02T10:11:12Z|REV:20190302|", notes("a"),
                 "N:Doe;Jane;;;|REV:2026-11-30T21:00:00Z|NOTE:a|REV:20261130|"}});
}

TEST(Edit, RefusesACardWithoutAName) {
  for (const char* body : {"N:Doe;Jane;;;|FN:Jane Doe|", "N:Doe;Jane;;;|", "FN:Jane|",
                           "N:Doe;Jane;;Dr.;|FN:Dr. Jane Doe|"}) {
    const auto card = changed(parsed(vcard_of("3.0", body)), no_name);
    ASSERT_FALSE(card) << body;
    EXPECT_EQ(card.error().code, Errc::invalid);
    EXPECT_EQ(card.error().fields.front().field, "first_name");
  }
  EXPECT_FALSE(edit(Card(ContactFields{}), {}, {.now = test_now}));
}

TEST(Edit, AnImplicitCardStaysImplicit) {
  ContactFields fields;
  fields.first_name = "Ann";
  ContactFields wanted = fields;
  wanted.phone = "1234";
  wanted.favorite = true;
  const auto card = edit(Card(fields), wanted, {.now = test_now});
  ASSERT_TRUE(card);
  EXPECT_FALSE(card->is_explicit());
  EXPECT_EQ(card->fields(), wanted);
}

TEST(Edit, ComparesWithWhatTheClientHasSeen) {
  const Card card = parsed(vcard_of("3.0", "N:Doe;Jane;;;|BDAY:2026-11-29|"));
  ContactFields shown = simple_form(card, test_now);
  EXPECT_TRUE(shown.birthday);
  shown.birthday.reset();  // as it was stored before that day
  const auto same = edit(card, shown, {.now = test_now, .shown = &shown});
  ASSERT_TRUE(same);
  EXPECT_EQ(same->bytes(), card.bytes());
}

}  // namespace

}  // namespace kith::contacts
