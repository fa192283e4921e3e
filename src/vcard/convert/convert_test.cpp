#include "vcard/convert/convert.hpp"

#include <string>
#include <tuple>

#include <gtest/gtest.h>

namespace kith::vcard {
namespace {

/// A card with a name and the lines, each of which ends in `|`.
std::string card(Version version, std::string_view lines) {
  std::string out = "BEGIN:VCARD\r\nVERSION:" + std::string(to_string(version)) +
                    "\r\nN:Doe;Jane;;;\r\nFN:Jane Doe\r\n";
  for (const char c : lines) out += c == '|' ? "\r\n" : std::string(1, c);
  return out + "END:VCARD\r\n";
}

std::string converted(std::string bytes, Version version, std::string_view uid = {}) {
  const auto document = read(std::move(bytes));
  EXPECT_TRUE(document);
  return convert(*document, {.version = version, .uid = uid});
}

struct Row {
  std::string_view v4;
  std::string_view v3;
  bool leads_back = true;  ///< the same row holds in the other direction
};

/// Rows of 1.7, in both directions.
class BothWays : public testing::TestWithParam<Row> {};

TEST_P(BothWays, LowersTo30) {
  const auto& [v4, v3, leads_back] = GetParam();
  EXPECT_EQ(converted(card(Version::v4_0, v4), Version::v3_0), card(Version::v3_0, v3));
}

TEST_P(BothWays, RaisesTo40) {
  const auto& [v4, v3, leads_back] = GetParam();
  if (leads_back)
    EXPECT_EQ(converted(card(Version::v3_0, v3), Version::v4_0), card(Version::v4_0, v4));
}

INSTANTIATE_TEST_SUITE_P(
    Rows, BothWays,
    testing::Values(
        // PREF
        Row{"EMAIL;PREF=1:a@x|EMAIL:b@x|", "EMAIL;TYPE=pref:a@x|EMAIL:b@x|"},
        Row{"EMAIL;PREF=2:a@x|EMAIL;PREF=7:b@x|TEL;PREF=9:1|",
            "EMAIL;TYPE=pref:a@x|EMAIL:b@x|TEL;TYPE=pref:1|", false},
        Row{"EMAIL;TYPE=work;PREF=1:a@x|", "EMAIL;TYPE=work;TYPE=pref:a@x|"},
        // KIND, MEMBER
        Row{"KIND:org|", "X-ABShowAs:COMPANY|"}, Row{"KIND:individual|", "KIND:individual|"},
        Row{"KIND:location|", "KIND:location|"},
        // ANNIVERSARY
        Row{"ANNIVERSARY:20090808|",
            "item1.X-ABDATE:2009-08-08|item1.X-ABLABEL:_$!<Anniversary>!$_|"},
        Row{"item1.TEL:1|ANNIVERSARY:20090808|",
            "item1.TEL:1|item2.X-ABDATE:2009-08-08|item2.X-ABLABEL:_$!<Anniversary>!$_|"},
        Row{"ANNIVERSARY:--0808|",
            "item1.X-ABDATE;X-APPLE-OMIT-YEAR=1604:1604-08-08|"
            "item1.X-ABLABEL:_$!<Anniversary>!$_|"},
        Row{"ANNIVERSARY;VALUE=text:in spring|", "X-ANNIVERSARY:in spring|"},
        Row{"g.ANNIVERSARY:20090808|g.X-ABLABEL:Wedding|",
            "g.X-ANNIVERSARY:2009-08-08|g.X-ABLABEL:Wedding|"},
        // RELATED
        Row{"RELATED;VALUE=text;TYPE=spouse:A|",
            "item1.X-ABRELATEDNAMES:A|item1.X-ABLABEL:_$!<Spouse>!$_|"},
        Row{"RELATED;VALUE=text;TYPE=friend;TYPE=x-old:A\\, B|",
            "item1.X-ABRELATEDNAMES;TYPE=x-old:A\\, B|item1.X-ABLABEL:_$!<Friend>!$_|"},
        Row{"RELATED;VALUE=text;TYPE=co-worker:A|",
            "item1.X-ABRELATEDNAMES:A|item1.X-ABLABEL:co-worker|"},
        Row{"RELATED;VALUE=text:A|", "X-ABRELATEDNAMES:A|"},
        Row{"item1.RELATED;VALUE=text:A|item1.X-ABLABEL:_$!<Father>!$_|",
            "item1.X-ABRELATEDNAMES:A|item1.X-ABLABEL:_$!<Father>!$_|"},
        Row{"RELATED;TYPE=friend:urn:uuid:1|", "RELATED;TYPE=friend:urn:uuid:1|"},
        // GENDER, IMPP, LANG, TZ, GEO
        Row{"GENDER:F|", "X-GENDER:F|"}, Row{"GENDER:O;intersex|", "X-GENDER:O;intersex|"},
        Row{"IMPP:xmpp:a@x|", "IMPP:xmpp:a@x|"}, Row{"LANG:fr|", "X-LANG:fr|"},
        Row{"LANG;PREF=1:fr|LANG;PREF=2:de|", "X-LANG;TYPE=pref:fr|X-LANG:de|", false},
        Row{"TZ:-0500|", "TZ:-0500|"}, Row{"GEO:geo:1.5,-2|", "GEO:1.5;-2|"},
        Row{"GEO:geo:1,2,3|", "GEO:geo:1,2,3|"}, Row{"GEO:geo:1,2;u=5|", "GEO:geo:1,2;u=5|"},
        // BDAY
        Row{"BDAY:19900517|", "BDAY:1990-05-17|"},
        Row{"BDAY:--0517|", "BDAY;X-APPLE-OMIT-YEAR=1604:1604-05-17|"},
        Row{"BDAY:19840229T233000-0800|", "BDAY;VALUE=date-time:1984-02-29T23:30:00-08:00|"},
        Row{"BDAY:1990-05|", "BDAY:1990-05|"}, Row{"BDAY:1990|", "BDAY:1990|"},
        Row{"BDAY:---17|", "BDAY:---17|"}, Row{"BDAY;VALUE=text:circa 1800|", "BDAY:circa 1800|"},
        Row{"BDAY:|", "BDAY:|"}, Row{"REV:20190302T101112Z|", "REV:2019-03-02T10:11:12Z|"},
        // TEL
        Row{"TEL;VALUE=uri:tel:+1-2|", "TEL:+1-2|", false}, Row{"TEL:+1-2|", "TEL:+1-2|"},
        Row{"TEL;VALUE=uri;TYPE=cell:tel:+49-30-1;ext=5|", "TEL;TYPE=cell:+49-30-1 ext. 5|", false},
        Row{"TEL;VALUE=uri:tel:7042;phone-context=x.example|",
            "TEL;VALUE=uri:tel:7042;phone-context=x.example|"},
        Row{"TEL;VALUE=uri:sip:a@x|", "TEL;VALUE=uri:sip:a@x|"}));

INSTANTIATE_TEST_SUITE_P(
    Encodings, BothWays,
    testing::Values(
        // PHOTO and the like
        Row{"PHOTO:data:image/jpeg;base64,/9j/4A==|", "PHOTO;ENCODING=b;TYPE=JPEG:/9j/4A==|"},
        Row{"PHOTO;PREF=1:data:image/png;base64,iVBORw0KGgo=|",
            "PHOTO;ENCODING=b;TYPE=PNG;TYPE=pref:iVBORw0KGgo=|"},
        Row{"PHOTO:http://x.example/a\\,b.jpg|", "PHOTO;VALUE=uri:http://x.example/a,b.jpg|",
            false},
        Row{"PHOTO:http://x.example/a.jpg|", "PHOTO;VALUE=uri:http://x.example/a.jpg|"},
        Row{"LOGO;TYPE=work:data:image/gif;base64,R0lGODlh|",
            "LOGO;ENCODING=b;TYPE=GIF;TYPE=work:R0lGODlh|"},
        Row{"SOUND:data:audio/basic;base64,Zm9v|", "SOUND;ENCODING=b;TYPE=BASIC:Zm9v|"},
        Row{"KEY:data:application/pgp-keys;base64,Zm9v|", "KEY;ENCODING=b;TYPE=PGP:Zm9v|"},
        Row{"PHOTO:data:text/plain,a%20b|", "PHOTO;ENCODING=b;TYPE=PLAIN:YSBi|", false},
        // ADR with LABEL
        Row{"ADR;TYPE=home;LABEL=Hill 1^nYork:;;Hill 1;York;;;|",
            "ADR;TYPE=home:;;Hill 1;York;;;|LABEL;TYPE=home:Hill 1\\nYork|"},
        Row{"ADR;LABEL=\"Hill 1, York\":;;Hill 1;York;;;|",
            "ADR:;;Hill 1;York;;;|LABEL:Hill 1\\, York|"},
        Row{"ADR;LABEL=\"a\\nb\":;;a;b;;;|", "ADR:;;a;b;;;|LABEL:a\\nb|", false},
        Row{"ADR:;;a;;;;|ADR;LABEL=b:;;b;;;;|", "ADR:;;a;;;;|item1.ADR:;;b;;;;|item1.LABEL:b|",
            false},
        Row{"item1.ADR;TYPE=work;LABEL=a:;;a;;;;|item1.X-ABADR:us|",
            "item1.ADR;TYPE=work:;;a;;;;|item1.LABEL;TYPE=work:a|item1.X-ABADR:us|"},
        // parameters
        Row{"NOTE;LANGUAGE=en;X-A=b:n|", "NOTE;LANGUAGE=en;X-A=b:n|"},
        Row{"NOTE;ALTID=1;PID=1.1;PROP-ID=N-1;X-A=\"b;c\":n|", "NOTE:n|", false},
        Row{"SOCIALPROFILE;SERVICE-TYPE=M;USERNAME=u:https://m.example/u|",
            "SOCIALPROFILE:https://m.example/u|", false},
        Row{"NOTE;X-A=b^^c^'d^ne:n|", "NOTE;X-A=b^cde:n|", false},
        Row{"NOTE;X-A=b^^c:n|", "NOTE;X-A=b^c:n|"},
        // anything else
        Row{"NOTE:a\\, b\\; c\\nd|X-FOO;TYPE=x:1;2,3|CATEGORIES:A,B\\, C|",
            "NOTE:a\\, b\\; c\\nd|X-FOO;TYPE=x:1;2,3|CATEGORIES:A,B\\, C|"},
        Row{"URL:https://x.example/?a=1,2;b|", "URL:https://x.example/?a=1,2;b|"},
        Row{"X-BIN;ENCODING=b:Zm9v|", "X-BIN;ENCODING=b:Zm9v|"}));

/// Cards of 2.1: what stands between VERSION and END, and the same in 3.0.
class Versit : public testing::TestWithParam<std::tuple<const char*, const char*>> {};

TEST_P(Versit, BecomesVersion3) {
  const auto& [v2_1, v3] = GetParam();
  EXPECT_EQ(converted(card(Version::v2_1, v2_1), Version::v3_0), card(Version::v3_0, v3));
}

INSTANTIATE_TEST_SUITE_P(
    Rows, Versit,
    testing::Values(
        std::tuple{"TEL;HOME;PREF:1|", "TEL;TYPE=home;TYPE=pref:1|"},
        std::tuple{"BDAY;VALUE=DATE:19800322|REV:20120305T131933Z|",
                   "BDAY:1980-03-22|REV:2012-03-05T13:19:33Z|"},
        std::tuple{"TEL;X-NEC-SECRET:9|", "TEL;TYPE=x-nec-secret:9|"},
        std::tuple{"NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:Gr=C3=BC=C3=9Fe=0D=0A2, 3|",
                   "NOTE:Grüße\\n2\\, 3|"},
        std::tuple{"TITLE;CHARSET=ISO-8859-1:M\xFCller|", "TITLE:Müller|"},
        std::tuple{"TITLE:M\xFCller|", "TITLE:Müller|"},
        std::tuple{"TITLE;CHARSET=SHIFT_JIS:\x88\xC9\x94\x5C|", "TITLE:伊能|"},
        std::tuple{"TITLE:a, b; c\\d|", "TITLE:a\\, b\\; c\\\\d|"},
        std::tuple{"ORG:A, B;C\\;D|", "ORG:A\\, B;C\\;D|"},
        std::tuple{"ADR;WORK:;;100 Way, 2;Bay;LA;3;US|",
                   "ADR;TYPE=work:;;100 Way\\, 2;Bay;LA;3;US|"},
        std::tuple{"CATEGORIES:A;B, C|", "CATEGORIES:A,B\\, C|"},
        std::tuple{"X-C:a\\;b\\c;d|", "X-C:a\\;b\\\\c;d|"},
        std::tuple{"PHOTO;JPEG;ENCODING=BASE64:/9j/4A==||", "PHOTO;ENCODING=b;TYPE=JPEG:/9j/4A==|"},
        std::tuple{"X-BIN;BASE64:Zm9v||", "X-BIN;ENCODING=b:Zm9v|"},
        std::tuple{"NOTE;ENCODING=BASE64;CHARSET=UTF-8:R3LDvMOfZSwgOw==||", "NOTE:Grüße\\, \\;|"},
        std::tuple{"SOUND;X-IRMC-N;CHARSET=SHIFT_JIS:\xB1\xDD;\xB2;;;|",
                   "SOUND;TYPE=x-irmc-n:ｱﾝ;ｲ;;;|"},
        std::tuple{"TITLE;ENCODING=QUOTED-PRINTABLE:a=00b|", "TITLE:ab|"},
        std::tuple{"AGENT:|BEGIN:VCARD|VERSION:2.1|N:Friday;Fred|END:VCARD|TEL:1|",
                   "AGENT:BEGIN:VCARD\\nVERSION:2.1\\nN:Friday\\;Fred\\nEND:VCARD|TEL:1|"},
        std::tuple{"BEGIN:VCARD|VERSION:2.1|N:nest|END:VCARD|TEL:1|", "TEL:1|"}));

/// What stands in a card without FN and N, and the lines that 3.0 and 4.0 gain.
class Incomplete
    : public testing::TestWithParam<std::tuple<const char*, const char*, const char*>> {};

TEST_P(Incomplete, IsCompleted) {
  const auto& [lines, v3, v4] = GetParam();
  const auto bytes = [&](std::string_view version, std::string_view added) {
    std::string out = "BEGIN:VCARD|VERSION:" + std::string(version) + "|";
    out.append(added).append(lines).append("END:VCARD|");
    for (auto at = out.find('|'); at != std::string::npos; at = out.find('|')) {
      out.replace(at, 1, "\r\n");
    }
    return out;
  };
  EXPECT_EQ(converted(bytes("3.0", ""), Version::v3_0), bytes("3.0", v3));
  EXPECT_EQ(converted(bytes("4.0", ""), Version::v4_0), bytes("4.0", v4));
}

INSTANTIATE_TEST_SUITE_P(
    Rows, Incomplete,
    testing::Values(std::tuple{"N:Haddad;Samira;;;|", "FN:Samira Haddad|", "FN:Samira Haddad|"},
                    std::tuple{"ORG:Bauer\\, Sohn & Co\\;KG;Einkauf|",
                               "FN:Bauer\\, Sohn & Co\\;KG|N:;Bauer\\, Sohn & Co\\;KG;;;|",
                               "FN:Bauer\\, Sohn & Co\\;KG|"},
                    std::tuple{"NICKNAME:Bo,Bob|", "FN:Bo|N:;Bo;;;|", "FN:Bo|"},
                    std::tuple{"EMAIL:a@x|", "FN:a@x|N:;a@x;;;|", "FN:a@x|"},
                    std::tuple{"TEL:1|", "FN:1|N:;1;;;|", "FN:1|"},
                    std::tuple{"NOTE:n|", "FN:No name|N:;No name;;;|", "FN:No name|"},
                    std::tuple{"FN:Acme|", "N:;Acme;;;|", ""}));

TEST(Convert, SortAsMovesBetweenTheNameAndSortString) {
  const std::string v4 =
      "BEGIN:VCARD\r\nVERSION:4.0\r\nN;SORT-AS=\"Harten,Rene\":van der Harten;Rene;;;\r\n"
      "FN:Rene\r\nEND:VCARD\r\n";
  const std::string v3 =
      "BEGIN:VCARD\r\nVERSION:3.0\r\nN:van der Harten;Rene;;;\r\nSORT-STRING:Harten\r\n"
      "FN:Rene\r\nEND:VCARD\r\n";
  EXPECT_EQ(converted(v4, Version::v3_0), v3);
  EXPECT_EQ(converted(v3, Version::v4_0),
            "BEGIN:VCARD\r\nVERSION:4.0\r\nN;SORT-AS=Harten:van der Harten;Rene;;;\r\n"
            "FN:Rene\r\nEND:VCARD\r\n");
}

TEST(Convert, GroupCardsHaveAppleNames) {
  const std::string v4 =
      "BEGIN:VCARD\r\nVERSION:4.0\r\nN:Choir;;;;\r\nFN:Choir\r\nKIND:group\r\n"
      "MEMBER:urn:uuid:0a7c0d0e\r\nEND:VCARD\r\n";
  const std::string v3 =
      "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Choir\r\nFN:Choir\r\nX-ADDRESSBOOKSERVER-KIND:group\r\n"
      "X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:0a7c0d0e\r\nEND:VCARD\r\n";
  EXPECT_EQ(converted(v4, Version::v3_0), v3);
  EXPECT_EQ(converted(v3, Version::v4_0), v4);
}

TEST(Convert, OldAppleDatesAndLabelsAreRead) {
  EXPECT_EQ(converted(card(Version::v3_0,
                           "X-ANNIVERSARY:2009-08-08|a.X-ABDATE;type=pref:2010-01-02|"
                           "a.X-ABLabel:_$!<Anniversary>!$_|b.X-ABDATE:2011-01-02|"
                           "b.X-ABLabel:First day|"),
                      Version::v4_0),
            card(Version::v4_0,
                 "ANNIVERSARY:20090808|ANNIVERSARY;PREF=1:20100102|b.X-ABDATE:2011-01-02|"
                 "b.X-ABLabel:First day|"));
}

TEST(Convert, OddSpellingsOf30BecomePlain) {
  EXPECT_EQ(
      converted(card(Version::v3_0,
                     "TEL;TYPE=\"FAX,WORK\":1|TEL;HOME=;VOICE=:2|TEL;TYPE=CELL\\,VOICE;PREF=:3|"
                     "BDAY;VALUE=date:1604-06-20|URL:http\\://x.example|"
                     "PHOTO;ENCODING=b,b;TYPE=PNG:iVBORw0KGgo|"
                     "NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Gr=C3=BC=C3=9Fe=0D=0A,|"
                     "TEL;VALUE=uri:tel:+1-2|GEO:geo:1,2|"),
                Version::v4_0),
      card(Version::v4_0,
           "TEL;TYPE=fax;TYPE=work:1|TEL;TYPE=home;TYPE=voice:2|"
           "TEL;TYPE=cell;TYPE=voice;PREF=1:3|BDAY:--0620|URL:http://x.example|"
           "PHOTO:data:image/png;base64,iVBORw0KGgo=|NOTE:Grüße\\n,|"
           "TEL;VALUE=uri:tel:+1-2|GEO:geo:1,2|"));
}

TEST(Convert, LabelsFindTheAddressOfEqualTypes) {
  EXPECT_EQ(converted(card(Version::v3_0,
                           "ADR;TYPE=WORK,PREF:;;w;;;;|ADR;TYPE=HOME:;;h;;;;|LABEL;TYPE=HOME:h|"
                           "LABEL;TYPE=PREF,WORK:w|LABEL;TYPE=DOM:d|"),
                      Version::v4_0),
            card(Version::v4_0,
                 "ADR;TYPE=work;PREF=1;LABEL=w:;;w;;;;|ADR;TYPE=home;LABEL=h:;;h;;;;|"
                 "LABEL;TYPE=dom:d|"));
}

TEST(Convert, Version21BecomesVersion4) {
  EXPECT_EQ(converted(card(Version::v2_1,
                           "TEL;CELL;PREF:1|BDAY:19800322|ANNIVERSARY;VALUE=DATE:20091010|"
                           "ADR;HOME:;;Silicon Alley 5,;NY;;;|"
                           "LABEL;HOME;ENCODING=QUOTED-PRINTABLE:Alley=0D=0ANY|GEO:37.24,-17.87|"
                           "PHOTO;TYPE=JPEG;ENCODING=BASE64:/9j/4A==||"),
                      Version::v4_0),
            card(Version::v4_0,
                 "TEL;TYPE=cell;PREF=1:1|BDAY:19800322|ANNIVERSARY:20091010|"
                 "ADR;TYPE=home;LABEL=Alley^nNY:;;Silicon Alley 5\\,;NY;;;|GEO:geo:37.24,-17.87|"
                 "PHOTO:data:image/jpeg;base64,/9j/4A==|"));
}

TEST(Convert, WhatIsNoPropertyIsLeftOut) {
  EXPECT_EQ(converted("\r\nBEGIN:VCARD\nVERSION:3.0\nVERSION:3.0\n# junk\nN:Doe;Jane;;;\n\n"
                      "FN:Jane Doe\nEND:VCARD\n\nrest\n",
                      Version::v4_0),
            card(Version::v4_0, ""));
}

TEST(Convert, ACardWithoutUidGetsTheContacts) {
  EXPECT_EQ(converted(card(Version::v3_0, ""), Version::v3_0, "u1"),
            "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:u1\r\nN:Doe;Jane;;;\r\nFN:Jane Doe\r\n"
            "END:VCARD\r\n");
  EXPECT_EQ(converted(card(Version::v3_0, "UID:mine|"), Version::v3_0, "u1"),
            card(Version::v3_0, "UID:mine|"));
  EXPECT_EQ(converted(card(Version::v3_0, "UID: |"), Version::v3_0, "u1"),
            converted(card(Version::v3_0, ""), Version::v3_0, "u1"));
}

TEST(Convert, NamesHaveFiveComponentsOrMore) {
  EXPECT_EQ(
      converted("BEGIN:VCARD\r\nN:Haddad;Samira\r\nTEL;CELL;PREF:1\r\nEND:VCARD", Version::v3_0),
      "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Samira Haddad\r\nN:Haddad;Samira;;;\r\n"
      "TEL;TYPE=cell;TYPE=pref:1\r\nEND:VCARD\r\n");
  EXPECT_EQ(converted("BEGIN:VCARD\r\nVERSION:4.0\r\nN:a;b;c;d;e;;f;;\r\nFN:x\r\nEND:VCARD\r\n",
                      Version::v3_0),
            "BEGIN:VCARD\r\nVERSION:3.0\r\nN:a;b;c;d;e;;f\r\nFN:x\r\nEND:VCARD\r\n");
}

TEST(Convert, ResultsStayWithinTheLimitsOfAReader) {
  std::string types, params;
  for (int i = 0; i < 80; ++i) types += ";X-T" + std::to_string(i) + "=1";
  for (int i = 0; i < 60; ++i) params += ";TYPE=t" + std::to_string(i);
  params += ";X-LONG=" + std::string(4000, '^');
  const std::string bytes = card(Version::v3_0, "TEL" + params + ":1|TEL" + types + ":2|");
  const auto result = read(converted(bytes, Version::v4_0));
  ASSERT_TRUE(result);
  const auto phones = result->find_all("TEL");
  ASSERT_EQ(phones.size(), 2U);
  EXPECT_EQ(meaning_of(phones[0].params()).types.size(), 60U);
  EXPECT_EQ(phones[1].value(), "2");
}

TEST(Convert, ManyLinesAndGroupsTakeLinearTime) {
  std::string v4, v3;
  for (int i = 0; i < 15'000; ++i) {
    const std::string number = std::to_string(i);
    v4 += "ANNIVERSARY:20090808|g" + number + ".ADR;LABEL=" + number + ":;;a;;;;|";
    v3 += "ADR:;;" + number + ";;;;|LABEL:" + number + "|";
    v3 += "i" + number + ".X-ABDATE:2009-08-08|i" + number + ".X-ABLABEL:_$!<Anniversary>!$_|";
  }
  const auto lowered = read(converted(card(Version::v4_0, v4), Version::v3_0));
  ASSERT_TRUE(lowered);
  EXPECT_EQ(lowered->find_all("X-ANNIVERSARY").size(), 15'000U);
  const auto raised = read(converted(card(Version::v3_0, v3), Version::v4_0));
  ASSERT_TRUE(raised);
  EXPECT_EQ(raised->find_all("ANNIVERSARY").size(), 15'000U);
  EXPECT_EQ(raised->find_all("LABEL").size(), 0U);
}

}  // namespace
}  // namespace kith::vcard
