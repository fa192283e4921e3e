#include "vcard/jscontact/view.hpp"

#include <random>
#include <set>
#include <string>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "testing/vcard_corpus.hpp"
#include "vcard/cards.hpp"
#include "vcard/jscontact/card.hpp"

namespace kith::vcard::jscontact {
namespace {

/// Returns the view of a card with the lines, each of which ends in `|`, without `@type` and
/// `version`.
boost::json::object view(Version version, std::string_view lines) {
  std::string bytes = "BEGIN:VCARD\r\nVERSION:" + std::string(to_string(version)) + "\r\n";
  for (const char c : lines) bytes += c == '|' ? "\r\n" : std::string(1, c);
  const auto document = read(bytes + "END:VCARD\r\n");
  EXPECT_TRUE(document);
  boost::json::object card = view_of(*document).card;
  EXPECT_EQ(card["@type"], "Card");
  EXPECT_EQ(card["version"], "2.0");
  card.erase("@type");
  card.erase("version");
  return card;
}

struct Row {
  const char* lines;
  const char* json;
  Version version = Version::v4_0;
};

class Viewed : public testing::TestWithParam<Row> {};

TEST_P(Viewed, IsTheJson) {
  const Row& row = GetParam();
  EXPECT_EQ(boost::json::value(view(row.version, row.lines)), boost::json::parse(row.json))
      << boost::json::serialize(view(row.version, row.lines));
}

/// Expects that a new card made of a view shows the same.
void expect_made_again(boost::json::object card) {
  const auto bytes = new_card(card);
  ASSERT_TRUE(bytes) << bytes.error().pointer << " " << bytes.error().message;
  const auto document = read(*bytes);
  ASSERT_TRUE(document) << *bytes;
  boost::json::object again = view_of(*document).card;
  for (boost::json::object* each : {&card, &again}) {
    each->erase("@type");
    each->erase("version");
  }
  EXPECT_EQ(boost::json::value(again), boost::json::value(card))
      << boost::json::serialize(again) << "\n"
      << boost::json::serialize(card) << "\n"
      << *bytes;
}

TEST_P(Viewed, IsMadeAgain) { expect_made_again(view(GetParam().version, GetParam().lines)); }

constexpr Version v2_1 = Version::v2_1;
constexpr Version v3_0 = Version::v3_0;

INSTANTIATE_TEST_SUITE_P(
    Members, Viewed,
    testing::Values(
        Row{"UID:urn:uuid:1|KIND:individual|PRODID:-//A//EN|REV:20190302T101112Z|"
            "CREATED:20190301T000000Z|LANGUAGE:de|",
            R"({"uid":"urn:uuid:1","kind":"individual","prodId":"-//A//EN",
                "updated":"2019-03-02T10:11:12Z","created":"2019-03-01T00:00:00Z",
                "language":"de"})"},
        Row{"FN:Doc Jane|", R"({"name":{"full":"Doc Jane"}})"},
        Row{"FN;PREF=2:b|FN;PREF=1:a|FN;LANGUAGE=fr:c|",
            R"({"name":{"full":"a"},"localizations":{"fr":{"name/full":"c"}},
                "vCardProps":[["fn",{"pref":"2"},"unknown","b"]]})"},
        Row{"N;SORT-AS=\"Doe,Jane\":Doe;Jane;Mary,Ann;Dr.;PhD|",
            R"({"name":{"components":[{"kind":"surname","value":"Doe"},
                {"kind":"given","value":"Jane"},{"kind":"given2","value":"Mary"},
                {"kind":"given2","value":"Ann"},{"kind":"title","value":"Dr."},
                {"kind":"credential","value":"PhD"}],
                "sortAs":{"surname":"Doe","given":"Jane"}}})"},
        Row{"N:Gómez,Doe;Jane;;;Jr.;Doe;Jr.|",
            R"({"name":{"components":[{"kind":"surname","value":"Gómez"},
                {"kind":"given","value":"Jane"},{"kind":"surname2","value":"Doe"},
                {"kind":"generation","value":"Jr."}]}})"},
        Row{"N;JSCOMPS=\"s, ;1;s,-;0\":Doe;Jane;;;|",
            R"({"name":{"components":[{"kind":"given","value":"Jane"},
                {"kind":"separator","value":"-"},{"kind":"surname","value":"Doe"}],
                "isOrdered":true,"defaultSeparator":" "}})"},
        Row{"N;JSCOMPS=\";1\":Doe;Jane;;;|",
            R"({"name":{"components":[{"kind":"surname","value":"Doe"},
                {"kind":"given","value":"Jane"}]}})"},
        Row{"N:Doe;Jon;;;|X-PHONETIC-FIRST-NAME:Jonn|X-PHONETIC-MIDDLE-NAME:M|",
            R"({"name":{"components":[{"kind":"surname","value":"Doe"},
                {"kind":"given","value":"Jon","phonetic":"Jonn"}]},
                "vCardProps":[["x-phonetic-middle-name",{},"unknown","M"]]})",
            v3_0},
        Row{"CATEGORIES:A,B\\, C|CATEGORIES:D|", R"({"keywords":{"A":true,"B, C":true,"D":true}})"},
        Row{"KIND:group|MEMBER:urn:uuid:1|MEMBER:mailto:a@x|",
            R"({"kind":"group","members":{"urn:uuid:1":true,"mailto:a@x":true}})"},
        Row{"X-ADDRESSBOOKSERVER-KIND:group|X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:1|",
            R"({"kind":"group","members":{"urn:uuid:1":true}})", v3_0},
        Row{"X-ABShowAs:COMPANY|", R"({"kind":"org"})", v3_0},
        Row{"RELATED;TYPE=friend,met:urn:uuid:1|RELATED;TYPE=kin:urn:uuid:1|",
            R"({"relatedTo":{"urn:uuid:1":{"relation":{"friend":true,"met":true,"kin":true}}}})"},
        Row{"item1.X-ABRELATEDNAMES:Jenny|item1.X-ABLabel:_$!<Spouse>!$_|",
            R"({"relatedTo":{"Jenny":{"relation":{"spouse":true}}}})", v3_0},
        Row{"GRAMGENDER:|", R"({"vCardProps":[["gramgender",{},"unknown",""]]})"},
        Row{"GRAMGENDER:feminine|PRONOUNS;PREF=1:she/her|",
            R"({"speakToAs":{"grammaticalGender":"feminine",
                "pronouns":{"PRONOUNS-1":{"pronouns":"she/her","pref":1}}}})"}));

INSTANTIATE_TEST_SUITE_P(
    Entries, Viewed,
    testing::Values(
        Row{"EMAIL;TYPE=work;PREF=1;PROP-ID=e9:a@x|EMAIL:b@x|",
            R"({"emails":{"e9":{"address":"a@x","contexts":{"work":true},"pref":1},
                "EMAIL-1":{"address":"b@x"}}})"},
        Row{"EMAIL;PROP-ID=EMAIL-1:a@x|EMAIL:b@x|EMAIL;PROP-ID=EMAIL-1:c@x|",
            R"({"emails":{"EMAIL-1":{"address":"a@x"},"EMAIL-2":{"address":"b@x"},
                "EMAIL-3":{"address":"c@x"}}})"},
        Row{"item1.EMAIL;type=INTERNET;type=pref:a@x|item1.X-ABLabel:Old|",
            R"({"emails":{"EMAIL-1":{"address":"a@x","pref":1,"label":"Old",
                "vCardParams":{"type":"internet"}}}})",
            v3_0},
        Row{"TEL;CELL;VOICE;HOME:1|", R"({"phones":{"TEL-1":{"number":"1",
            "features":{"voice":true,"mobile":true},"contexts":{"private":true}}}})",
            v2_1},
        Row{"TEL;VALUE=uri;TYPE=main-number,main:tel:+1-2;ext=3|",
            R"({"phones":{"TEL-1":{"number":"tel:+1-2;ext=3","features":{"main-number":true},
                "vCardParams":{"type":"main-number"}}}})"},
        Row{"g.TEL;X-A=1,2;LANGUAGE=de:1|",
            R"({"phones":{"TEL-1":{"number":"1",
                "vCardParams":{"group":"g","x-a":["1","2"],"language":"de"}}}})"},
        Row{"NICKNAME:Bo,Bob|NICKNAME;TYPE=work:Boss|",
            R"({"nicknames":{"NICKNAME-1":{"name":"Bo"},"NICKNAME-2":{"name":"Bob"},
                "NICKNAME-3":{"name":"Boss","contexts":{"work":true}}}})"},
        Row{"ORG;SORT-AS=acme:Acme\\, Inc.;R&D;Lab|TITLE:Head|ROLE:Lead|",
            R"({"organizations":{"ORG-1":{"name":"Acme, Inc.",
                "units":[{"name":"R&D"},{"name":"Lab"}],"sortAs":"acme"}},
                "titles":{"TITLE-1":{"kind":"title","name":"Head"},
                "ROLE-1":{"kind":"role","name":"Lead"}}})"},
        Row{"IMPP;SERVICE-TYPE=Jabber;USERNAME=u:xmpp:u@x|SOCIALPROFILE;SERVICE-TYPE=M;VALUE=text:@"
            "u|",
            R"({"onlineServices":{"IMPP-1":{"service":"Jabber","uri":"xmpp:u@x","user":"u",
                "vCardName":"impp"},"SOCIALPROFILE-1":{"service":"M","user":"@u"}}})"},
        Row{"X-SOCIALPROFILE;type=twitter;x-user=me:https://t.example/me|X-JABBER;TYPE=HOME:u@x|",
            R"({"onlineServices":{"X-SOCIALPROFILE-1":{"service":"twitter","user":"me",
                "uri":"https://t.example/me","vCardName":"x-socialprofile"},
                "X-JABBER-1":{"service":"Jabber","user":"u@x","contexts":{"private":true},
                "vCardName":"x-jabber"}}})",
            v3_0},
        Row{"NOTE;CREATED=20190301T000000Z;AUTHOR-NAME=Ann:a\\nb|",
            R"({"notes":{"NOTE-1":{"note":"a\nb","created":"2019-03-01T00:00:00Z",
                "author":{"name":"Ann"}}}})"},
        Row{"HOBBY;LEVEL=high;INDEX=2:chess|EXPERTISE;LEVEL=beginner:law|",
            R"({"personalInfo":{"HOBBY-1":{"kind":"hobby","value":"chess","level":"high",
                "listAs":2},"EXPERTISE-1":{"kind":"expertise","value":"law","level":"low"}}})"},
        Row{"URL:https://x/|CALURI;MEDIATYPE=text/calendar:https://c/|FBURL:https://f/|"
            "SOURCE:https://s/|LANG;PREF=1:fr|CALADRURI:mailto:a@x|",
            R"({"links":{"URL-1":{"uri":"https://x/"}},"calendars":{
                "CALURI-1":{"kind":"calendar","uri":"https://c/","mediaType":"text/calendar"},
                "FBURL-1":{"kind":"freeBusy","uri":"https://f/"}},
                "directories":{"SOURCE-1":{"kind":"entry","uri":"https://s/"}},
                "preferredLanguages":{"LANG-1":{"language":"fr","pref":1}},
                "schedulingAddresses":{"CALADRURI-1":{"uri":"mailto:a@x"}}})"},
        Row{"PHOTO;ENCODING=b;TYPE=GIF:R0lGODlh|LOGO;VALUE=uri:https://x/l.png|KEY:text|",
            R"({"media":{"PHOTO-1":{"kind":"photo","mediaType":"image/gif",
                "uri":"data:image/gif;base64,R0lGODlh"},
                "LOGO-1":{"kind":"logo","uri":"https://x/l.png"}},
                "vCardProps":[["key",{},"unknown","text"]]})",
            v3_0}));

INSTANTIATE_TEST_SUITE_P(
    AddressesAndDates, Viewed,
    testing::Values(
        Row{"ADR;TYPE=home;LABEL=\"Hill 1\\nYork\";GEO=\"geo:1,2\";TZ=Europe/London;CC=GB:"
            ";;Hill 1;York;;YO1;UK|",
            R"({"addresses":{"ADR-1":{"components":[{"kind":"name","value":"Hill 1"},
                {"kind":"locality","value":"York"},{"kind":"postcode","value":"YO1"},
                {"kind":"country","value":"UK"}],"full":"Hill 1\nYork","coordinates":"geo:1,2",
                "timeZone":"Europe/London","countryCode":"GB","contexts":{"private":true}}}})"},
        Row{"ADR;TYPE=WORK:;;a;;;;|LABEL;TYPE=WORK,PREF:b|LABEL;TYPE=HOME:c|",
            R"({"addresses":{"ADR-1":{"components":[{"kind":"name","value":"a"}],"full":"b",
                "contexts":{"work":true}}},
                "vCardProps":[["label",{"type":"home"},"unknown","c"]]})",
            v3_0},
        Row{"ADR:;;Hill 1;York;;;;;;;1;Hill;;;;;;|",
            R"({"addresses":{"ADR-1":{"components":[{"kind":"locality","value":"York"},
                {"kind":"number","value":"1"},{"kind":"name","value":"Hill"}]}}})"},
        Row{"GEO:1;2|TZ:-05:00|",
            R"({"addresses":{"GEO-1":{"coordinates":"geo:1,2"}},
                "vCardProps":[["tz",{},"unknown","-05:00"]]})",
            v3_0},
        Row{"BDAY:19900517|DEATHDATE:2020-01|ANNIVERSARY:--0808|BIRTHPLACE:York|",
            R"({"anniversaries":{
                "BDAY-1":{"date":{"@type":"PartialDate","year":1990,"month":5,"day":17},
                "kind":"birth","place":{"full":"York"}},
                "DEATHDATE-1":{"date":{"@type":"PartialDate","year":2020,"month":1},
                "kind":"death"},
                "ANNIVERSARY-1":{"date":{"@type":"PartialDate","month":8,"day":8},
                "kind":"wedding"}}})"},
        Row{"BDAY:19840229T233000Z|", R"({"anniversaries":{"BDAY-1":{"kind":"birth",
            "date":{"@type":"Timestamp","utc":"1984-02-29T23:30:00Z"}}}})"},
        Row{"BDAY;VALUE=date-time:1984-02-29T23:30:00-08:00|",
            R"({"anniversaries":{"BDAY-1":{"kind":"birth",
                "date":{"@type":"PartialDate","year":1984,"month":2,"day":29}}}})",
            v3_0},
        Row{"BDAY;VALUE=text:circa 1800|DEATHPLACE:York|",
            R"({"vCardProps":[["bday",{},"text","circa 1800"],
                ["deathplace",{},"unknown","York"]]})"},
        Row{"a.X-ABDATE;X-APPLE-OMIT-YEAR=1604:1604-08-08|a.X-ABLabel:_$!<Anniversary>!$_|"
            "b.X-ABDATE:2011-01-02|b.X-ABLabel:First day|",
            R"({"anniversaries":{"X-ABDATE-1":{"kind":"wedding",
                "date":{"@type":"PartialDate","month":8,"day":8}},
                "X-ABDATE-2":{"label":"First day",
                "date":{"@type":"PartialDate","year":2011,"month":1,"day":2}}}})",
            v3_0},
        // What JSContact has no member for.
        Row{"GENDER:O;intersex|X-FOO;VALUE=integer;TYPE=a,b;PREF=3:1\\,2|g.X-BAR:|g.X-ABLABEL:L|",
            R"({"vCardProps":[["gender",{},"unknown",["O","intersex"]],
                ["x-foo",{"pref":"3","type":["a","b"]},"integer","1\\,2"],
                ["x-bar",{"group":"g"},"unknown",""],
                ["x-ablabel",{"group":"g"},"unknown","L"]]})"},
        Row{"EMAIL:a@x|JSPROP;JSPTR=\"emails/EMAIL-1/example.com:x~1y\":{\"a\":1}|"
            "JSPROP;JSPTR=\"emails/EMAIL-1/address\":\"b\"|JSPROP;JSPTR=\"x\":{broken|",
            R"({"emails":{"EMAIL-1":{"address":"a@x","example.com:x/y":{"a":1}}},
                "vCardProps":[["jsprop",{"jsptr":"emails/EMAIL-1/address"},"unknown","\"b\""],
                ["jsprop",{"jsptr":"x"},"unknown","{broken"]]})"}));

TEST(View, NamesTheLinesBehindItsParts) {
  const auto document = read(
      "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:J\r\nNICKNAME:a,b\r\nEMAIL:a@x\r\nX-A:1\r\nEND:VCARD\r\n");
  std::string bindings;
  for (const Binding& binding : view_of(*document).bindings) {
    bindings += std::to_string(binding.line) + " " + binding.pointer + "\n";
  }
  EXPECT_EQ(bindings,
            "2 name/full\n3 nicknames/NICKNAME-1\n3 nicknames/NICKNAME-2\n"
            "4 emails/EMAIL-1\n5 vCardProps/0\n");
}

TEST(View, AsksForTheAddressOfData) {
  const auto document =
      read("BEGIN:VCARD\r\nVERSION:3.0\r\nPHOTO;ENCODING=b:R0lGODlh\r\nEND:VCARD\r\n");
  const ViewOptions options{.media_uri = [](const Line& line, const Media& media) {
    return "https://x/" + std::to_string(line.index) + "?" + media.media_type;
  }};
  const auto card = view_of(*document, options).card;
  EXPECT_EQ(card.at("media").at("PHOTO-1").at("uri"), "https://x/2?image/gif");
}

/// Expects that each property but labels is bound to a part of the view.
void expect_complete(const Document& document) {
  const View view = view_of(document);
  std::set<std::size_t> seen;
  for (const Binding& binding : view.bindings) {
    if (!document.line(binding.line).is("X-ABLABEL")) seen.insert(binding.line);
  }
  std::size_t lines = 0;
  for (std::size_t i = 0; i < document.size(); ++i) {
    const Line line = document.line(i);
    const bool counts = line.kind == LineKind::property && line.depth == 0;
    lines += counts && !line.is("VERSION") && !line.is("X-ABLABEL") ? 1 : 0;
  }
  EXPECT_EQ(seen.size(), lines);
  EXPECT_EQ(boost::json::parse(boost::json::serialize(view.card)), boost::json::value(view.card));
}

TEST(View, HasEveryPropertyOfTheCorpus) {
  const int count = test::for_each_real_card([](const auto& card) {
    expect_complete(*card.document);
    expect_made_again(view_of(*card.document).card);
  });
  if (count == 0) GTEST_SKIP() << "no folder of real cards";
  EXPECT_GE(count, test::real_cards_min);
}

TEST(View, HasEveryPropertyOfOddCards) {
  constexpr const char* names[] = {"N",
                                   "FN",
                                   "EMAIL",
                                   "ADR",
                                   "LABEL",
                                   "BDAY",
                                   "X-ABDATE",
                                   "PHOTO",
                                   "GEO",
                                   "TZ",
                                   "JSPROP",
                                   "NICKNAME",
                                   "ORG",
                                   "RELATED",
                                   "KIND",
                                   "GRAMGENDER",
                                   "PRONOUNS",
                                   "REV",
                                   "UID",
                                   "X-PHONETIC-LAST-NAME",
                                   "BIRTHPLACE",
                                   "CATEGORIES",
                                   "X-SOCIALPROFILE",
                                   "item1.X-ABLABEL",
                                   "item1.TEL",
                                   "X-ABSHOWAS",
                                   "MEMBER"};
  constexpr const char* params[] = {"",
                                    "",
                                    ";TYPE=home",
                                    ";JSPTR=name",
                                    ";JSPTR=a/b",
                                    ";PREF=0",
                                    ";PROP-ID=a",
                                    ";LANGUAGE=de",
                                    ";JSCOMPS=\";9;s,\"",
                                    ";LABEL=x",
                                    ";INDEX=99999999999",
                                    ";X-A=\"b;c\""};
  constexpr const char* values[] = {"",         " ",        "a",           ";;",   "1,2",
                                    "19900517", "group",    "{\"a\":[1]}", "\xFF", "company",
                                    "geo:1,2",  "R0lGODlh", "\x01"};
  std::mt19937 random(7);  // NOLINT: the same cards in each run
  for (int round = 0; round < 3'000 && !testing::Test::HasFailure(); ++round) {
    std::string bytes = "BEGIN:VCARD\r\nVERSION:4.0\r\n";
    for (auto lines = random() % 10; lines > 0; --lines) {
      bytes += names[random() % std::size(names)];
      bytes.append(params[random() % std::size(params)]).append(":");
      bytes.append(values[random() % std::size(values)]).append("\r\n");
    }
    SCOPED_TRACE(bytes);
    expect_complete(*read(bytes + "END:VCARD\r\n"));
  }
}

}  // namespace
}  // namespace kith::vcard::jscontact
