#include "vcard/jscontact/card.hpp"

#include <string>
#include <tuple>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "vcard/jscontact/view.hpp"

namespace kith::vcard::jscontact {
namespace {

std::string made(std::string_view json) {
  const auto bytes = new_card(boost::json::parse(json).as_object());
  return bytes ? *bytes : bytes.error().pointer + ": " + bytes.error().message;
}

class NewCard : public testing::TestWithParam<std::tuple<const char*, const char*>> {};

TEST_P(NewCard, HasTheLines) {
  const auto& [json, lines] = GetParam();
  std::string expected = "BEGIN:VCARD\r\nVERSION:4.0\r\n";
  for (const char c : std::string_view(lines)) expected += c == '|' ? "\r\n" : std::string(1, c);
  EXPECT_EQ(made(json), expected + "END:VCARD\r\n");
}

INSTANTIATE_TEST_SUITE_P(
    Rows, NewCard,
    testing::Values(
        std::tuple{R"({"@type":"Card","version":"1.0","uid":"u","kind":"org",
                       "updated":"2019-03-02T10:11:12Z"})",
                   "UID:u|KIND:org|REV:20190302T101112Z|"},
        std::tuple{R"({"name":{"components":[{"kind":"title","value":"Dr."},
                       {"kind":"given","value":"Jane"},{"kind":"surname","value":"Doe"}]}})",
                   "FN;DERIVED=true:Dr. Jane Doe|N:Doe;Jane;;Dr.;|"},
        std::tuple{R"({"name":{"full":"Jane, D","isOrdered":true,"defaultSeparator":" ",
                       "components":[{"kind":"given","value":"Jane"},
                       {"kind":"separator","value":"-"},{"kind":"surname","value":"Doe"}],
                       "sortAs":{"surname":"Do","given":"Ja"}}})",
                   "FN:Jane\\, D|N;JSCOMPS=\"s, ;1;s,-;0\";SORT-AS=\"Do,Ja\":Doe;Jane;;;|"},
        std::tuple{R"({"emails":{"EMAIL-1":{"address":"a@x","pref":1,"contexts":{"work":true}},
                       "e2":{"@type":"EmailAddress","address":"b@x","label":"Old"}}})",
                   "EMAIL;TYPE=work;PREF=1:a@x|label1.EMAIL;PROP-ID=e2:b@x|label1.X-ABLABEL:Old|"},
        std::tuple{R"({"phones":{"p":{"number":"tel:+1-2;ext=3","features":{"mobile":true}},
                       "q":{"number":"1,2"}}})",
                   "TEL;VALUE=uri;TYPE=cell;PROP-ID=p:tel:+1-2;ext=3|TEL;PROP-ID=q:1\\,2|"},
        std::tuple{R"({"addresses":{"ADR-1":{"components":[{"kind":"number","value":"1"},
                       {"kind":"name","value":"Hill"},{"kind":"locality","value":"York"}],
                       "full":"1 Hill\nYork"}}})",
                   "ADR;LABEL=1 Hill^nYork:;;;York;;;;;;;1;Hill|"},
        std::tuple{R"({"anniversaries":{"BDAY-1":{"kind":"birth","place":{"full":"York"},
                       "date":{"month":5,"day":17}},
                       "b":{"kind":"death","date":{"@type":"Timestamp",
                       "utc":"2019-10-15T23:10:00Z"}}}})",
                   "BIRTHPLACE:York|BDAY:--0517|DEATHDATE;PROP-ID=b:20191015T231000Z|"},
        std::tuple{R"({"relatedTo":{"urn:uuid:1":{"relation":{"friend":true}},
                       "Bo":{"relation":{"example.com:pal":true}}}})",
                   "RELATED;TYPE=friend:urn:uuid:1|RELATED;VALUE=text:Bo|"
                   "JSPROP;JSPTR=\"relatedTo/Bo/relation/example.com:pal\":true|"},
        std::tuple{R"({"emails":{"EMAIL-1":{"address":"a@x","x.example:y/z":{"a":[1,2]}}},
                       "x.example:m":"v"})",
                   "EMAIL:a@x|"
                   "JSPROP;JSPTR=\"emails/EMAIL-1/x.example:y~1z\":{\"a\":[1\\,2]}|"
                   "JSPROP;JSPTR=\"x.example:m\":\"v\"|"}));

TEST(JsContactCard, NamesWhatIsWrong) {
  EXPECT_EQ(made(R"({"emails":[]})"), "/emails: must be an object");
  EXPECT_EQ(made(R"({"emails":{"a/b":1}})"), "/emails/a~1b: must be an object");
  EXPECT_EQ(made(R"({"emails":{"a":{}}})"), "/emails/a/address: is required and must be a string");
  EXPECT_EQ(made(R"({"uid":1})"), "/uid: must be a string");
  EXPECT_EQ(made(R"({"anniversaries":{"a":{"kind":"birth","date":{"month":13}}}})"),
            "/anniversaries/a/date: must be a PartialDate or a Timestamp");
  EXPECT_EQ(made(R"({"vCardProps":[["x"]]})"),
            "/vCardProps/0: must be a list of a name, parameters, a type and a value");
}

}  // namespace
}  // namespace kith::vcard::jscontact
