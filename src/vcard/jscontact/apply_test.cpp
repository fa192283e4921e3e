#include "vcard/jscontact/apply.hpp"

#include <string>
#include <string_view>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "vcard/jscontact/patch.hpp"

namespace kith::vcard::jscontact {
namespace {

constexpr Version v2_1 = Version::v2_1;
constexpr Version v3_0 = Version::v3_0;
constexpr Version v4_0 = Version::v4_0;

/// Returns the bytes of a card with the lines, each of which ends in `|`.
std::string card_of(Version version, std::string_view lines) {
  std::string bytes = "BEGIN:VCARD\r\nVERSION:" + std::string(to_string(version)) + "\r\n";
  for (const char c : lines) bytes += c == '|' ? "\r\n" : std::string(1, c);
  return bytes + "END:VCARD\r\n";
}

/// Returns the lines of a card, as `card_of` takes them.
std::string lines_of(std::string bytes) {
  constexpr std::string_view first = "BEGIN:VCARD\r\nVERSION:4.0\r\n";
  constexpr std::string_view last = "END:VCARD\r\n";
  if (bytes.size() < first.size() + last.size() || !bytes.ends_with(last)) return bytes;
  bytes = bytes.substr(first.size(), bytes.size() - first.size() - last.size());
  std::string lines;
  for (const char c : bytes) {
    if (c != '\r') lines += c == '\n' ? '|' : c;
  }
  return lines;
}

/// Applies a merge patch to the view of a card; returns its lines, or the error.
std::string patched(Version version, std::string_view lines, std::string_view patch,
                    const ApplyOptions& options = {}) {
  const auto document = read(card_of(version, lines));
  EXPECT_TRUE(document) << lines;
  boost::json::object card = view_of(*document, options.view).card;
  merge_patch(card, boost::json::parse(patch).as_object());
  const auto bytes = apply(*document, card, options);
  return bytes ? lines_of(*bytes) : bytes.error().pointer + ": " + bytes.error().message;
}

struct Row {
  Version version;
  const char* lines;
  const char* patch;
  const char* after;
};

class Applied : public testing::TestWithParam<Row> {};

TEST_P(Applied, ChangesTheLinesThatDiffer) {
  const Row& row = GetParam();
  EXPECT_EQ(patched(row.version, row.lines, row.patch), row.after) << row.lines << "\n"
                                                                   << row.patch;
}

constexpr const char* three_emails =
    "item1.EMAIL;type=INTERNET:a@x|item1.X-ABLabel:Old|EMAIL;type=INTERNET;type=pref:b@x|"
    "item2.EMAIL:c@x|item2.X-ABLabel:_$!<Other>!$_|";

INSTANTIATE_TEST_SUITE_P(
    Entries, Applied,
    testing::Values(
        Row{v3_0, three_emails, R"({"emails":{"EMAIL-2":{"address":"n@x"}}})",
            "item1.EMAIL;type=INTERNET:a@x|item1.X-ABLabel:Old|EMAIL;type=INTERNET;type=pref:n@x|"
            "item2.EMAIL:c@x|item2.X-ABLabel:_$!<Other>!$_|"},
        Row{v3_0, three_emails, R"({"emails":{"EMAIL-1":null,"EMAIL-2":null}})",
            "item2.EMAIL:c@x|item2.X-ABLabel:_$!<Other>!$_|"},
        Row{v3_0, three_emails, R"({"emails":{"EMAIL-1":{"label":"New"},"e":{"address":"d@x"}}})",
            "item1.EMAIL;type=INTERNET:a@x|item1.X-ABLabel:New|EMAIL;type=INTERNET;type=pref:b@x|"
            "item2.EMAIL:c@x|EMAIL:d@x|item2.X-ABLabel:_$!<Other>!$_|"},
        Row{v3_0, three_emails, R"({"emails":{"EMAIL-1":{"label":null}}})",
            "EMAIL;type=INTERNET:a@x|EMAIL;type=INTERNET;type=pref:b@x|"
            "item2.EMAIL:c@x|item2.X-ABLabel:_$!<Other>!$_|"},
        Row{v3_0, three_emails, R"({"emails":{"EMAIL-2":{"label":"Mine","pref":null}}})",
            "item1.EMAIL;type=INTERNET:a@x|item1.X-ABLabel:Old|item3.EMAIL;type=INTERNET:b@x|"
            "item3.X-ABLabel:Mine|item2.EMAIL:c@x|item2.X-ABLabel:_$!<Other>!$_|"},
        Row{v3_0, "a.TEL:1|a.EMAIL:x|a.X-ABLabel:L|", R"({"emails":{"EMAIL-1":{"label":"M"}}})",
            "a.TEL:1|item1.EMAIL:x|item1.X-ABLabel:M|a.X-ABLabel:L|"},
        Row{v4_0, "EMAIL;TYPE=\"home,x-a\";PREF=1:a@x|",
            R"({"emails":{"EMAIL-1":{"contexts":{"private":null,"work":true},"pref":2}}})",
            "EMAIL;TYPE=x-a;TYPE=work;PREF=2:a@x|"},
        Row{v4_0, "EMAIL:a@x|", R"({"emails":{"mine":{"address":"b,@x","label":"L"}}})",
            "EMAIL:a@x|item1.EMAIL;PROP-ID=mine:b\\,@x|item1.X-ABLabel:L|"},
        Row{v2_1, "TEL;HOME;VOICE;PREF:1|",
            R"({"phones":{"TEL-1":{"contexts":null,"pref":null,"features":{"mobile":true}}}})",
            "TEL;VOICE;cell:1|"},
        Row{v2_1, "NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:=C3=A4|",
            R"({"notes":{"NOTE-1":{"note":"ö\nx"}}})",
            "NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:=C3=B6=0D=0Ax|"},
        Row{v2_1, "FN:A|", R"({"notes":{"n":{"note":"ö"}}})",
            "FN:A|NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3=B6|"},
        Row{v4_0, "TEL;VALUE=uri;TYPE=cell:tel:+49-30-2|",
            R"({"phones":{"TEL-1":{"number":"030 1"}}})", "TEL;TYPE=cell:030 1|"},
        Row{v3_0, "TEL:1|", R"({"phones":{"TEL-1":{"number":"tel:+1-2"}}})",
            "TEL;VALUE=uri:tel:+1-2|"},
        Row{v4_0, "TITLE:a|ROLE:b|", R"({"titles":{"TITLE-1":{"kind":"role"}}})",
            "ROLE:b|ROLE;PROP-ID=TITLE-1:a|"},
        Row{v4_0, "ORG:Acme\\, Inc;Sales;East|",
            R"({"organizations":{"ORG-1":{"units":[{"name":"Sales"},{"name":"West"}]}}})",
            "ORG:Acme\\, Inc;Sales;West|"},
        Row{v3_0, "X-JABBER;TYPE=home:u|", R"({"onlineServices":{"X-JABBER-1":{"user":"v"}}})",
            "X-JABBER;TYPE=home:v|"},
        Row{v3_0, "X-SOCIALPROFILE;type=twitter;x-user=j:https://t/j|",
            R"({"onlineServices":{"X-SOCIALPROFILE-1":{"service":"Flickr","user":null}}})",
            "X-SOCIALPROFILE;X-SERVICE-TYPE=Flickr:https://t/j|"},
        Row{v3_0, "X-LANG:de|", R"({"preferredLanguages":{"X-LANG-1":{"language":"fr"},
            "n":{"language":"en"}}})",
            "X-LANG:fr|X-LANG:en|"},
        Row{v4_0, "HOBBY;LEVEL=low:a|", R"({"personalInfo":{"HOBBY-1":{"level":"high"}}})",
            "HOBBY;LEVEL=high:a|"},
        Row{v4_0, "PRONOUNS:xe|", R"({"speakToAs":{"grammaticalGender":"feminine",
            "pronouns":{"PRONOUNS-1":{"pronouns":"she/her"}}}})",
            "PRONOUNS:she/her|GRAMGENDER:feminine|"}));

INSTANTIATE_TEST_SUITE_P(
    Names, Applied,
    testing::Values(
        Row{v3_0, "N:D\\, oe;Jane;Mary;Dr.;PhD|FN:Jane|",
            R"({"name":{"components":[{"kind":"surname","value":"D, oe"},
                {"kind":"given","value":"Joan"},{"kind":"given2","value":"Mary"},
                {"kind":"title","value":"Dr."},{"kind":"credential","value":"PhD"}]}})",
            "N:D\\, oe;Joan;Mary;Dr.;PhD|FN:Jane|"},
        Row{v4_0, "FN;DERIVED=true:Jane Doe|N:Doe;Jane;;;|",
            R"({"name":{"components":[{"kind":"given","value":"Joan"}]}})",
            "FN;DERIVED=true:Joan|N:;Joan;;;|"},
        Row{v4_0, "FN;DERIVED=true:Jane Doe|N:Doe;Jane;;;|", R"({"name":{"full":"JD"}})",
            "FN:JD|N:Doe;Jane;;;|"},
        Row{v4_0, "FN:JD|N:Doe;Jane;;;|", R"({"name":{"full":null}})",
            "FN;DERIVED=true:Jane Doe|N:Doe;Jane;;;|"},
        Row{v3_0, "FN:J|N:Doe;J;;;|", R"({"name":{"components":null}})", "FN:J|N:;;;;|"},
        Row{v4_0, "FN:J|N:Doe;J;;;|", R"({"name":{"components":null}})", "FN:J|"},
        Row{v4_0, "N:Gómez,Doe;Jane;;;;Doe|",
            R"({"name":{"components":[{"kind":"surname","value":"Gómez"},
                {"kind":"given","value":"Jane"},{"kind":"surname2","value":"Roe"}]}})",
            "N:Gómez,Roe;Jane;;;;Roe|"},
        Row{v4_0, "N:Doe;Jane;;;|X-PHONETIC-FIRST-NAME:Dj|",
            R"({"name":{"components":[{"kind":"surname","value":"Doe"},
                {"kind":"given","value":"Jane","phonetic":"Dschejn"}]}})",
            "N:Doe;Jane;;;|X-PHONETIC-FIRST-NAME:Dschejn|"},
        Row{v4_0, "N:Doe;Jane;;;|",
            R"({"name":{"isOrdered":true,"components":[{"kind":"given","value":"Jane"},
                {"kind":"surname","value":"Doe"}]}})",
            "N;JSCOMPS=\";1;0\":Doe;Jane;;;|"},
        Row{v3_0, "NICKNAME;TYPE=home:a,b,c|",
            R"({"nicknames":{"NICKNAME-2":{"name":"x"},"n":{"name":"d"}}})",
            "NICKNAME;TYPE=home:a,x,c|NICKNAME:d|"},
        Row{v3_0, "NICKNAME:a,b|", R"({"nicknames":{"NICKNAME-1":{"name":""}}})", "NICKNAME:,b|"},
        Row{v3_0, "NICKNAME:a|", R"({"nicknames":{"NICKNAME-1":{"name":""}}})", "NICKNAME:|"},
        Row{v3_0, "NICKNAME;TYPE=home:a,b|", R"({"nicknames":{"NICKNAME-1":null}})", "NICKNAME:b|"},
        Row{v3_0, "NICKNAME:a,b|", R"({"nicknames":{"NICKNAME-2":{"pref":1}}})",
            "NICKNAME:a|NICKNAME;TYPE=pref:b|"},
        Row{v4_0, "FN:a|FN;LANGUAGE=fr:b|",
            R"({"localizations":{"fr":{"name/full":"c"},"es":{"name/full":"d"}}})",
            "FN:a|FN;LANGUAGE=fr:c|FN;LANGUAGE=es:d|"},
        Row{v4_0, "FN:a|FN;LANGUAGE=fr:b|", R"({"localizations":null})", "FN:a|"}));

INSTANTIATE_TEST_SUITE_P(
    Addresses, Applied,
    testing::Values(
        Row{v3_0, "ADR;TYPE=home:;;Str 1;Ulm;;;|LABEL;TYPE=home:Str 1\\nUlm|",
            R"({"addresses":{"ADR-1":{"full":"New","contexts":{"private":null,"work":true}}}})",
            "ADR;TYPE=work:;;Str 1;Ulm;;;|LABEL;TYPE=work:New|"},
        Row{v3_0, "ADR;TYPE=home:;;Str 1;Ulm;;;|LABEL;TYPE=home:Str 1\\nUlm|",
            R"({"addresses":{"ADR-1":null}})", ""},
        Row{v3_0, "ADR;TYPE=home:;;Str 1;Ulm;;;|", R"({"addresses":{"ADR-1":{"full":"L"}}})",
            "ADR;TYPE=home:;;Str 1;Ulm;;;|LABEL;TYPE=home:L|"},
        Row{v3_0, "ADR:;;a;;;;|ADR:;;b;;;;|", R"({"addresses":{"ADR-2":{"full":"L;M"}}})",
            "ADR:;;a;;;;|ADR;LABEL=\"L;M\":;;b;;;;|"},
        Row{v4_0, "ADR;LABEL=x:;;a;;;;|", R"({"addresses":{"ADR-1":{"full":"y\nz"}}})",
            "ADR;LABEL=y^nz:;;a;;;;|"},
        Row{v4_0, "ADR:;;a 1;b;;;;;;;1;a|",
            R"({"addresses":{"ADR-1":{"components":[{"kind":"locality","value":"b"},
                {"kind":"number","value":"2"},{"kind":"name","value":"a"}]}}})",
            "ADR:;;2 a;b;;;;;;;2;a|"},
        Row{v3_0, "GEO:1;2|", R"({"addresses":{"GEO-1":{"coordinates":"geo:3,4"}}})", "GEO:3;4|"},
        Row{v4_0, "TZ:Europe/Berlin|", R"({"addresses":{"TZ-1":{"timeZone":"Asia/Tokyo"}}})",
            "TZ:Asia/Tokyo|"},
        Row{v4_0, "GEO:geo:1,2|", R"({"addresses":{"GEO-1":{"full":"L"}}})",
            "ADR;LABEL=L;GEO=\"geo:1,2\";PROP-ID=GEO-1:;;;;;;|"}));

INSTANTIATE_TEST_SUITE_P(
    Dates, Applied,
    testing::Values(
        Row{v3_0, "BDAY;VALUE=date:1985-04-12|",
            R"({"anniversaries":{"BDAY-1":{"date":{"year":null,"month":6,"day":20}}}})",
            "BDAY;VALUE=date;X-APPLE-OMIT-YEAR=1604:1604-06-20|"},
        Row{v4_0, "BDAY;VALUE=date:19850412|",
            R"({"anniversaries":{"BDAY-1":{"date":{"year":null}}}})", "BDAY:--0412|"},
        Row{v3_0, "item1.X-ABDATE:2008-08-08|item1.X-ABLabel:_$!<Anniversary>!$_|",
            R"({"anniversaries":{"X-ABDATE-1":{"date":{"day":9}}}})",
            "item1.X-ABDATE:2008-08-09|item1.X-ABLabel:_$!<Anniversary>!$_|"},
        Row{v3_0, "FN:A|", R"({"anniversaries":{"w":{"kind":"wedding","date":{"year":2008,
            "month":8,"day":8}}}})",
            "FN:A|item1.X-ABDATE:2008-08-08|item1.X-ABLabel:_$!<Anniversary>!$_|"},
        Row{v4_0, "BDAY:19900517|BIRTHPLACE:Ulm|",
            R"({"anniversaries":{"BDAY-1":{"place":{"full":"Bonn"}}}})",
            "BDAY:19900517|BIRTHPLACE:Bonn|"},
        Row{v4_0, "BDAY:19900517|BIRTHPLACE:Ulm|", R"({"anniversaries":{"BDAY-1":null}})", ""},
        Row{v4_0, "DEATHDATE:2001|", R"({"anniversaries":{"DEATHDATE-1":{"date":{"year":null,
            "@type":"Timestamp","utc":"2019-10-15T23:10:00Z"}}}})",
            "DEATHDATE:20191015T231000Z|"}));

INSTANTIATE_TEST_SUITE_P(
    Members, Applied,
    testing::Values(
        Row{v3_0, "CATEGORIES:a\\,b,c|CATEGORIES:d|",
            R"({"keywords":{"c":null,"d":null,"e,f":true}})", "CATEGORIES:a\\,b|CATEGORIES:e\\,f|"},
        Row{v3_0, "CATEGORIES:a|", R"({"keywords":null})", ""},
        Row{v3_0, "FN:A|", R"({"keywords":{"x":true}})", "FN:A|CATEGORIES:x|"},
        Row{v3_0, "X-ADDRESSBOOKSERVER-KIND:group|X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:1|",
            R"({"members":{"urn:uuid:1":null,"urn:uuid:2":true}})",
            "X-ADDRESSBOOKSERVER-KIND:group|X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:2|"},
        Row{v3_0, "X-ABShowAs:COMPANY|", R"({"kind":"individual"})", "KIND:individual|"},
        Row{v3_0, "FN:A|", R"({"kind":"org"})", "FN:A|X-ABShowAs:COMPANY|"},
        Row{v4_0, "KIND:org|", R"({"kind":null})", ""},
        Row{v4_0, "UID:a|PRODID:p|", R"({"uid":"b","prodId":"q","version":"1.0"})",
            "UID:b|PRODID:p|"},
        Row{v4_0, "UID:a|", R"({"uid":null})", "UID:a|"},
        Row{v4_0, "RELATED;TYPE=friend:urn:uuid:1|",
            R"({"relatedTo":{"urn:uuid:1":{"relation":{"friend":null,"kin":true}}}})",
            "RELATED;TYPE=kin:urn:uuid:1|"},
        Row{v3_0, "i.X-ABRELATEDNAMES:Jo|i.X-ABLabel:_$!<Spouse>!$_|",
            R"({"relatedTo":{"Jo":{"relation":{"spouse":null,"friend":true}}}})",
            "item1.X-ABRELATEDNAMES:Jo|item1.X-ABLabel:_$!<Friend>!$_|"},
        Row{v4_0, "FN:A|", R"({"relatedTo":{"Jo":{"relation":{"friend":true,"kin":true}}}})",
            "FN:A|RELATED;VALUE=text;TYPE=friend;TYPE=kin:Jo|"},
        Row{v4_0, "X-A:1|X-B:2|g.X-C;Y=1:3|",
            R"({"vCardProps":[["x-a",{},"unknown","1"],["x-c",{"group":"h","z":"2"},"unknown","4"],
                ["x-d",{},"text","5"]]})",
            "X-A:1|h.X-C;Z=2:4|X-D;VALUE=text:5|"},
        Row{v3_0, "REV:2019|X-A:1|", R"({"vCardProps":null})", "REV:1970-01-01T00:00:00Z|"}));

INSTANTIATE_TEST_SUITE_P(
    OtherMembers, Applied,
    testing::Values(
        Row{v4_0, "EMAIL:a@x|", R"({"emails":{"EMAIL-1":{"x.example:m":[1]}},"x.example:n":2})",
            "EMAIL:a@x|JSPROP;JSPTR=\"emails/EMAIL-1/x.example:m\":[1]|"
            "JSPROP;JSPTR=\"x.example:n\":2|"},
        Row{v4_0, "JSPROP;JSPTR=\"x.example:n\":2|", R"({"x.example:n":{"a":1}})",
            "JSPROP;JSPTR=\"x.example:n\":{\"a\":1}|"},
        Row{v4_0, "JSPROP;JSPTR=a/b:1|JSPROP;JSPTR=a/c:2|", R"({"a":{"b":3}})",
            "JSPROP;JSPTR=a:{\"b\":3\\,\"c\":2}|"},
        Row{v4_0, "EMAIL:a@x|JSPROP;JSPTR=emails/EMAIL-1/m:1|",
            R"({"emails":{"EMAIL-1":{"address":"b@x"}}})",
            "EMAIL:b@x|JSPROP;JSPTR=emails/EMAIL-1/m:1|"},
        Row{v4_0, "EMAIL:a@x|JSPROP;JSPTR=emails/EMAIL-1/m:1|", R"({"emails":null})", ""},
        Row{v3_0, "EMAIL:a@x|EMAIL:b@x|JSPROP;JSPTR=emails/EMAIL-2/m:1|",
            R"({"emails":{"EMAIL-1":null}})",
            "EMAIL;PROP-ID=EMAIL-2:b@x|JSPROP;JSPTR=emails/EMAIL-2/m:1|"},
        Row{v3_0, "FN:A|", R"({"emails":{"e":{"address":"a@x","m":1}}})",
            "FN:A|EMAIL;PROP-ID=e:a@x|JSPROP;JSPTR=emails/e/m:1|"},
        Row{v4_0, "JSPROP;JSPTR=emails:{\"e\":{\"address\":\"a\"}\\,\"f\":{\"address\":\"b\"}}|",
            R"({"emails":{"e":{"address":"c"}}})", "EMAIL;PROP-ID=e:c|EMAIL;PROP-ID=f:b|"}));

constexpr const char* gif = "R0lGODlhAQABAAAAACw=";

INSTANTIATE_TEST_SUITE_P(
    Media, Applied,
    testing::Values(
        Row{v3_0, "PHOTO;ENCODING=b;TYPE=GIF:R0lGODlh|", R"({"media":{"PHOTO-1":{"pref":1}}})",
            "PHOTO;ENCODING=b;TYPE=GIF;TYPE=pref:R0lGODlh|"},
        Row{v3_0, "PHOTO;ENCODING=b;TYPE=GIF:R0lGODlh|",
            R"({"media":{"PHOTO-1":{"uri":"https://x/p","mediaType":null}}})",
            "PHOTO;VALUE=uri:https://x/p|"},
        Row{v3_0, "PHOTO;VALUE=uri:https://x/p|",
            R"({"media":{"PHOTO-1":{"uri":"data:image/gif;base64,R0lGODlh"}}})",
            "PHOTO;ENCODING=b;TYPE=GIF:R0lGODlh|"},
        Row{v2_1, "FN:A|",
            R"({"media":{"p":{"kind":"photo","uri":"data:image/gif;base64,R0lGODlh"}}})",
            "FN:A|PHOTO;ENCODING=BASE64;GIF:R0lGODlh||"},
        Row{v4_0, "PHOTO:data:image/gif;base64\\,R0lGODlh|",
            R"({"media":{"PHOTO-1":{"label":"Me"}}})",
            "item1.PHOTO:data:image/gif;base64\\,R0lGODlh|item1.X-ABLabel:Me|"}));

TEST(Apply, KeepsPhotosThatTheViewShowsByTheirAddress) {
  const ApplyOptions options{
      .view = {.media_uri = [](const Line&, const Media&) { return "https://kith/p"; }}};
  const std::string photo = "PHOTO;ENCODING=b;TYPE=GIF:" + std::string(gif) + "|";
  EXPECT_EQ(patched(v3_0, photo, R"({"media":{"PHOTO-1":null,
            "mine":{"kind":"photo","uri":"https://kith/p","pref":1}}})",
                    options),
            "PHOTO;ENCODING=b;TYPE=GIF;TYPE=pref:" + std::string(gif) + "|");
}

TEST(Apply, SetsTheRevision) {
  const auto document = read(card_of(v3_0, "EMAIL:a|REV:2019-01-02|"));
  boost::json::object card = view_of(*document).card;
  card["emails"].at("EMAIL-1").as_object()["address"] = "b";
  card["updated"] = "2030-01-01T00:00:00Z";
  const auto bytes = apply(*document, card, {.now = *Time::parse("2026-11-30T21:07:52Z")});
  EXPECT_EQ(lines_of(*bytes), "EMAIL:b|REV:2026-11-30|");
}

TEST(Apply, NamesWhatIsWrong) {
  constexpr const char* lines = "EMAIL:a|X-A:1|";
  const auto error = [&](std::string_view patch, Version version = v4_0) {
    return patched(version, lines, patch);
  };
  EXPECT_EQ(error(R"({"@type":"Group"})"), "/@type: must be \"Card\"");
  EXPECT_EQ(error(R"({"version":"3.0"})"), "/version: must be \"1.0\" or \"2.0\"");
  EXPECT_EQ(error(R"({"emails":[]})"), "/emails: must be an object");
  EXPECT_EQ(error(R"({"emails":{"a b":{"address":"x"}}})"),
            "/emails/a b: must have an id of 1 to 255 letters, digits, hyphens or underscores");
  EXPECT_EQ(error(R"({"emails":{"EMAIL-1":{"address":null}}})"),
            "/emails/EMAIL-1/address: is required and must be a string");
  EXPECT_EQ(error(R"({"emails":{"EMAIL-1":{"vCardParams":{"a b":"c"}}}})"),
            "/emails/EMAIL-1/vCardParams/a b: must be a parameter of vCard");
  EXPECT_EQ(error(R"({"keywords":{"a":1}})"), "/keywords/a: must be true");
  EXPECT_EQ(error(R"({"vCardProps":{}})"), "/vCardProps: must be a list");
  for (const char* name : {"end", "BEGIN", "version", "a:b", "", "x\\r\\nEND:VCARD"}) {
    const std::string patch =
        R"({"vCardProps":[[")" + std::string(name) + R"(",{},"text","VCARD"]]})";
    EXPECT_TRUE(error(patch).starts_with("/vCardProps/0")) << error(patch);
  }
  EXPECT_EQ(error(R"({"vCardProps":[["uid",{},"text","u"]]})"),
            "/vCardProps/0/0: is the member uid");
  EXPECT_EQ(error(R"({"x:y":1})", v2_1),
            "/x:y: has a text that a card of version 2.1 cannot have as a parameter");
  EXPECT_EQ(error(R"({"emails":{"EMAIL-1":{"vCardParams":{"type":"BASE64"}}}})", v2_1),
            "/emails/EMAIL-1: has a text that a card of version 2.1 cannot have as a parameter");
  const std::string longest(head_bytes_max, 'x');
  EXPECT_EQ(error(R"({"emails":{"EMAIL-1":{"vCardParams":{"a":")" + longest + R"("}}}})"),
            "/emails/EMAIL-1: has parameters that are too many or too long");
}

TEST(Apply, RefusesDeepValues) {
  boost::json::value deep = 1;
  for (int i = 0; i < depth_max - 1; ++i) deep = boost::json::array{deep};
  const auto document = read(card_of(v4_0, "FN:A|"));
  boost::json::object card = view_of(*document).card;
  card["m"] = deep;
  EXPECT_TRUE(apply(*document, card));
  card["m"] = boost::json::array{deep};
  EXPECT_EQ(apply(*document, card).error().pointer, "/m");
}

}  // namespace
}  // namespace kith::vcard::jscontact
