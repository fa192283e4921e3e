#include "vcard/jcard.hpp"

#include <string>
#include <string_view>
#include <tuple>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "testing/vcard_corpus.hpp"
#include "vcard/cards.hpp"

namespace kith::vcard {
namespace {

/// Returns the properties of a card with the lines, each of which ends in `|`, behind VERSION.
boost::json::array properties(Version version, std::string_view lines) {
  std::string bytes = "BEGIN:VCARD\r\nVERSION:" + std::string(to_string(version)) + "\r\n";
  for (const char c : lines) bytes += c == '|' ? "\r\n" : std::string(1, c);
  const auto document = read(bytes + "END:VCARD\r\n");
  const auto card = jcard_of(*document);
  EXPECT_EQ(card->at(0), "vcard");
  boost::json::array all = card->at(1).as_array();
  EXPECT_EQ(all.at(0), boost::json::parse(R"(["version",{},"text","4.0"])"));
  all.erase(all.begin());
  return all;
}

using Row = std::tuple<Version, const char*, const char*>;

class JCard : public testing::TestWithParam<Row> {};

TEST_P(JCard, HasTheProperties) {
  const auto& [version, lines, json] = GetParam();
  EXPECT_EQ(boost::json::value(properties(version, lines)), boost::json::parse(json))
      << boost::json::serialize(properties(version, lines));
}

constexpr Version v3_0 = Version::v3_0;
constexpr Version v4_0 = Version::v4_0;

// Most rows are those of RFC 7095, appendix B.
INSTANTIATE_TEST_SUITE_P(
    Rows, JCard,
    testing::Values(
        Row{v4_0, "FN:Simon Perreault|N:Perreault;Simon;;;ing. jr,M.Sc.|",
            R"([["fn",{},"text","Simon Perreault"],
                ["n",{},"text",["Perreault","Simon","","",["ing. jr","M.Sc."]]]])"},
        Row{v4_0, "FN:A|BDAY:--0203|ANNIVERSARY:20090808T1430-0500|REV:20190302T101112Z|",
            R"([["fn",{},"text","A"],["bday",{},"date-and-or-time","--02-03"],
                ["anniversary",{},"date-and-or-time","2009-08-08T14:30-05:00"],
                ["rev",{},"timestamp","2019-03-02T10:11:12Z"]])"},
        Row{v4_0,
            "FN:A|BDAY;VALUE=text:circa 1800|GENDER:M|GENDER:O;intersex|ORG;TYPE=work:Viagenie|",
            R"([["fn",{},"text","A"],["bday",{},"text","circa 1800"],["gender",{},"text","M"],
                ["gender",{},"text",["O","intersex"]],["org",{"type":"work"},"text","Viagenie"]])"},
        Row{v4_0, "FN:A|TEL;VALUE=uri;TYPE=work,voice;PREF=1:tel:+1-418-656-9254;ext=102|",
            R"([["fn",{},"text","A"],["tel",{"type":["work","voice"],"pref":"1"},"uri",
                "tel:+1-418-656-9254;ext=102"]])"},
        Row{v4_0, "FN:A|TZ;VALUE=utc-offset:-0500|LANG;PREF=1:fr|GEO:geo:1,2|",
            R"([["fn",{},"text","A"],["tz",{},"utc-offset","-05:00"],
                ["lang",{"pref":"1"},"language-tag","fr"],["geo",{},"uri","geo:1,2"]])"},
        Row{v4_0, "FN:A|CATEGORIES:a\\,b,c|NICKNAME:d|",
            R"([["fn",{},"text","A"],["categories",{},"text","a,b","c"],
                ["nickname",{},"text","d"]])"},
        Row{v4_0,
            "FN:A|CONTACT.EMAIL;X-P=a^nb^'c:x@y|X-A:a\\,b|X-N;VALUE=integer:12|"
            "X-B;VALUE=boolean:TRUE|X-F;VALUE=float:1.5|",
            R"([["fn",{},"text","A"],["email",{"x-p":"a\nb\"c","group":"contact"},"text","x@y"],
                ["x-a",{},"unknown","a\\,b"],["x-n",{},"integer",12],["x-b",{},"boolean",true],
                ["x-f",{},"float",1.5]])"},
        Row{v3_0,
            "FN:A|N:B;A;;;|UID:1|X-ADDRESSBOOKSERVER-KIND:group|BDAY:1990-05-17|"
            "PHOTO;ENCODING=b;TYPE=GIF:R0lGODlh|",
            R"([["fn",{},"text","A"],["n",{},"text",["B","A","","",""]],["uid",{},"text","1"],
                ["kind",{},"text","group"],["bday",{},"date-and-or-time","1990-05-17"],
                ["photo",{},"uri","data:image/gif;base64,R0lGODlh"]])"}));

TEST(JCard, AddsWhatTheCardLacks) {
  const auto document = read("BEGIN:VCARD\r\nVERSION:3.0\r\nEMAIL:a@x\r\nEND:VCARD\r\n");
  EXPECT_EQ(boost::json::value(*jcard_of(*document, "urn:uuid:1")), boost::json::parse(R"(["vcard",
      [["version",{},"text","4.0"],["uid",{},"uri","urn:uuid:1"],["fn",{},"text","a@x"],
       ["email",{},"text","a@x"]]])"));
}

TEST(JCard, HasEveryPropertyOfTheCorpus) {
  const auto paths = test::vcard_corpus();
  if (paths.empty()) GTEST_SKIP() << "no folder of real cards";
  for (const auto& path : paths) {
    const std::string file = test::bytes_of(path);
    Cards cards(file);
    while (const auto card = cards.next()) {
      const auto jcard = jcard_of(*card->document);
      ASSERT_TRUE(jcard) << path;
      EXPECT_EQ(boost::json::parse(boost::json::serialize(*jcard)), boost::json::value(*jcard));
      for (const auto& property : jcard->at(1).as_array()) {
        EXPECT_GE(property.as_array().size(), 4U) << path;
      }
    }
  }
}

}  // namespace
}  // namespace kith::vcard
