#include "vcard/param.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vcard/limits.hpp"

namespace kith::vcard {
namespace {

using testing::ElementsAreArray;

struct Spelling {
  std::string_view text;
  std::vector<std::string> values;  ///< of the first parameter
  Version version = Version::v3_0;
};

class ParamValues : public testing::TestWithParam<Spelling> {};

TEST_P(ParamValues, Are) {
  const auto params = split_params(GetParam().text, GetParam().version);
  ASSERT_FALSE(params.empty());
  EXPECT_THAT(params[0].values(), ElementsAreArray(GetParam().values)) << GetParam().text;
  EXPECT_EQ(params[0].first_value(), GetParam().values[0]);
}

INSTANTIATE_TEST_SUITE_P(
    All, ParamValues,
    testing::Values(Spelling{";A=b", {"b"}}, Spelling{"; A = b ;C", {"b"}}, Spelling{";A=", {""}},
                    Spelling{";A=b,,c", {"b", "", "c"}}, Spelling{";A=b,", {"b", ""}},
                    Spelling{";A=\"b,c;d:e\",f", {"b,c;d:e", "f"}}, Spelling{";A=\"b", {"\"b"}},
                    Spelling{";A=b\"c,d\"", {"b\"c", "d\""}}, Spelling{";A=\"\"", {""}},
                    Spelling{";A=b=c", {"b=c"}}, Spelling{";A=^n^'^^^x^", {"^n^'^^^x^"}},
                    Spelling{";A=^n^'^^^x^", {"\n\"^^x^"}, Version::v4_0},
                    Spelling{";A=\"^^n\"", {"^n"}, Version::v4_0}));

TEST(Params, KeepOrderAndSpelling) {
  const auto params = split_params(";type=HOME;PREF;;X-a=\"b;c\" ; ;Type=fax", Version::v3_0);
  ASSERT_EQ(params.size(), 4U);
  EXPECT_EQ(params[0].name, "type");
  EXPECT_TRUE(params[0].is("TYPE"));
  EXPECT_FALSE(params[0].is_quoted);
  EXPECT_TRUE(params[1].is_bare);
  EXPECT_EQ(params[1].value, "PREF");
  EXPECT_EQ(params[2].value, "\"b;c\"");
  EXPECT_TRUE(params[2].is_quoted);
  EXPECT_EQ(params[3].value, "fax");
}

TEST(Params, AreLimited) {
  std::string text;
  for (std::size_t i = 0; i < 2 * params_max; ++i) text += ";A=b";
  EXPECT_EQ(split_params(text, Version::v3_0).size(), params_max);
  EXPECT_TRUE(split_params("", Version::v3_0).empty());
  std::string list = ";A=" + std::string(list_values_max + 5, ',');
  EXPECT_EQ(split_params(list, Version::v3_0)[0].values().size(), list_values_max);
}

ParamMeaning meaning(std::string_view text, Version version = Version::v3_0) {
  return meaning_of(split_params(text, version));
}

struct Typed {
  std::string_view text;
  std::vector<std::string> types;
  Version version = Version::v3_0;
};

class Types : public testing::TestWithParam<Typed> {};

TEST_P(Types, Are) {
  EXPECT_THAT(meaning(GetParam().text, GetParam().version).types,
              ElementsAreArray(GetParam().types))
      << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    All, Types,
    testing::Values(Typed{";TYPE=home,WORK;type=cell", {"home", "work", "cell"}},
                    Typed{";TYPE=\"FAX,WORK\"", {"fax", "work"}},
                    Typed{";TYPE=CELL\\,VOICE", {"cell", "voice"}},
                    Typed{";HOME=;VOICE=", {"home", "voice"}}, Typed{";PREF=", {"pref"}},
                    Typed{";HOME;CELL;X-MINE", {"home", "cell"}},
                    Typed{";HOME;CELL;X-MINE", {"home", "cell", "x-mine"}, Version::v2_1},
                    Typed{";TYPE=home;HOME;TYPE=HOME", {"home"}}, Typed{";TYPE=,a,", {"a"}},
                    Typed{";JPEG;BASE64;8BIT", {"jpeg"}, Version::v2_1},
                    Typed{";X-MINE=;LANGUAGE=de", {}},
                    Typed{";INTERNET", {"internet"}, Version::v4_0}));

TEST(Meaning, OfEncodings) {
  EXPECT_EQ(meaning(";ENCODING=QUOTED-PRINTABLE").encoding, Encoding::quoted_printable);
  EXPECT_EQ(meaning(";quoted-printable").encoding, Encoding::quoted_printable);
  EXPECT_EQ(meaning(";ENCODING=b").encoding, Encoding::base64);
  EXPECT_EQ(meaning(";encoding=\"b\"").encoding, Encoding::base64);
  EXPECT_EQ(meaning(";ENCODING=b,b").encoding, Encoding::base64);
  EXPECT_EQ(meaning(";ENCODING=8BIT;ENCODING=BASE64").encoding, Encoding::base64);
  EXPECT_EQ(meaning(";BASE64").encoding, Encoding::base64);
  EXPECT_EQ(meaning(";B").encoding, Encoding::none);
  EXPECT_EQ(meaning(";ENCODING=8BIT").encoding, Encoding::none);
}

TEST(Meaning, OfPreferences) {
  EXPECT_EQ(meaning(";PREF=1").pref, 1);
  EXPECT_EQ(meaning(";PREF=100").pref, 100);
  EXPECT_EQ(meaning(";PREF=\"2\"").pref, 2);
  for (const std::string_view text : {";PREF=0", ";PREF=101", ";PREF=a", ";PREF=", ";PREF"}) {
    EXPECT_EQ(meaning(text).pref, std::nullopt) << text;
  }
}

TEST(Meaning, OfCharsetAndValue) {
  const ParamMeaning all = meaning(";CHARSET=Shift_JIS;VALUE=Date-Time;VALUE=text");
  EXPECT_EQ(all.charset, "Shift_JIS");
  EXPECT_EQ(all.value, "date-time");
  EXPECT_EQ(meaning(";URL", Version::v2_1).value, "url");
  EXPECT_EQ(meaning(";URL", Version::v3_0).value, "");
}

}  // namespace
}  // namespace kith::vcard
