#include "base/region.hpp"

#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace kith {
namespace {

TEST(Region, IsReadInAnyCase) {
  EXPECT_EQ(Region::parse("AT")->code(), "AT");
  EXPECT_EQ(Region::parse("at")->code(), "AT");
  EXPECT_EQ(Region::parse("xK")->code(), "XK");
  for (const char* text :
       {"", "A", "AUT", "ZZ", "AA", "XX", "UK", "EU", "1A", "DA", "A\xC3", " A"}) {
    EXPECT_FALSE(Region::parse(text)) << text;
  }
}

using Case = std::pair<const char*, const char*>;
class AcceptedLanguages : public testing::TestWithParam<Case> {};

TEST_P(AcceptedLanguages, SuggestARegion) {
  const auto& [header, expected] = GetParam();
  const auto region = region_of_languages(header);
  EXPECT_EQ(region ? region->code() : "none", expected) << header;
}

INSTANTIATE_TEST_SUITE_P(
    Headers, AcceptedLanguages,
    testing::Values(Case{"de-AT", "AT"}, Case{"de-at,de;q=0.9,en-US;q=0.8", "AT"}, Case{"de", "DE"},
                    Case{"de,en-US;q=0.7,en;q=0.3", "DE"}, Case{"fr,fr-FR;q=0.8,en-US;q=0.5", "FR"},
                    Case{"en-GB,en;q=0.5", "GB"}, Case{"en", "none"}, Case{"en,de-AT;q=0.5", "AT"},
                    Case{"en;q=0.5,de-CH", "CH"}, Case{"ar,en-US;q=0.7,en;q=0.3", "none"},
                    Case{"es-419,es;q=0.9", "none"}, Case{"es,es-MX;q=0.1", "MX"},
                    Case{"pt-BR", "BR"}, Case{"zh-Hant-TW", "TW"}, Case{"zh", "CN"},
                    Case{"sr-Latn-RS", "RS"}, Case{"uk", "UA"}, Case{"ja,en", "JP"},
                    Case{"de;q=0,fr-BE", "BE"}, Case{"*", "none"}, Case{"", "none"},
                    Case{"de-ZZ", "DE"}, Case{",;,--,q=1", "none"}, Case{"sq-XK", "XK"}));

TEST(AcceptedLanguages, OfAnyBytesAreRead) {
  for (int c = 0; c < 256; ++c) {
    const std::string byte(1, static_cast<char>(c));
    region_of_languages(byte + "de-" + byte + ";" + byte);
  }
  std::string many;
  for (int i = 0; i < 10'000; ++i) many += "de-AT-x-a,";
  EXPECT_EQ(region_of_languages(many)->code(), "AT");
}

}  // namespace
}  // namespace kith
