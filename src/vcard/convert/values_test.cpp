#include <algorithm>
#include <array>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.hpp"
#include "testing/vcard_corpus.hpp"
#include "vcard/cards.hpp"
#include "vcard/convert/convert.hpp"
#include "vcard/convert/reshape.hpp"
#include "vcard/values/apple_label.hpp"
#include "vcard/values/date.hpp"
#include "vcard/values/media.hpp"
#include "vcard/values/tel.hpp"
#include "vcard/values/value.hpp"

/// Conversion keeps every value, whatever the card.
namespace kith::vcard {
namespace {

using Value = std::pair<std::string, std::string>;  ///< a name of 4.0 and what it says
using Values = std::vector<Value>;

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return out;
}

/// Returns the name that a property has in 4.0.
std::string name_in_v4(const Line& line) {
  constexpr std::array<std::pair<const char*, const char*>, 9> names{{
      {"X-ADDRESSBOOKSERVER-KIND", "KIND"},
      {"X-ADDRESSBOOKSERVER-MEMBER", "MEMBER"},
      {"X-ABSHOWAS", "KIND"},
      {"X-ANNIVERSARY", "ANNIVERSARY"},
      {"X-ABDATE", "ANNIVERSARY"},
      {"X-ABRELATEDNAMES", "RELATED"},
      {"X-GENDER", "GENDER"},
      {"X-LANG", "LANG"},
      {"TEL", "TEL"},
  }};
  for (const auto& [v3, v4] : names) {
    if (line.is(v3)) return v4;
  }
  return upper(line.name);
}

std::string date_text(const Line& line) {
  std::optional<int> omitted;
  for (const Param& param : line.params()) {
    if (param.is("X-APPLE-OMIT-YEAR")) omitted = std::atoi(param.first_value().c_str());
  }
  const std::string text = text_of(line);
  const auto date = read_date(text, omitted);
  if (!date) return text;
  return write_date(date->date, DateForm::basic) + write_time(date->time, DateForm::basic);
}

std::string components_text(const Line& line) {
  std::string out;
  for (const Component& component : components_of(line)) {
    for (const std::string& value : component) out += value + ",";
    out += ";";
  }
  while (out.ends_with(';')) out.pop_back();
  return out;
}

std::string geo_text(const Line& line) {
  std::string text = text_of(line);
  if (text.starts_with("geo:")) text.erase(0, 4);
  std::ranges::replace(text, ';', ',');
  return text;
}

std::string value_of(const Line& line) {
  const ParamMeaning meaning = meaning_of(line.params());
  for (const char* name : {"PHOTO", "LOGO", "SOUND", "KEY"}) {
    if (!line.is(name)) continue;
    const Media media = media_of(line, meaning);
    return media.kind == Media::Kind::text ? decode_text(media.content) : media.content;
  }
  for (const char* name : {"N", "ADR", "ORG"}) {
    if (line.is(name)) return components_text(line);
  }
  for (const char* name : {"BDAY", "REV", "ANNIVERSARY", "X-ANNIVERSARY", "X-ABDATE"}) {
    if (line.is(name)) return date_text(line);
  }
  if (line.is("TEL")) return shown_phone(text_of(line, meaning));
  if (line.is("GEO")) return geo_text(line);
  if (line.is("X-ABSHOWAS")) return "org";
  if (line.is("CATEGORIES") || line.is("NICKNAME")) {
    return testing::PrintToString(list_of(line));
  }
  return text_of(line, meaning);
}

/// Adds the parameters that are properties of 3.0.
void add_parameters(const Line& line, Values& values) {
  for (const Param& param : line.params()) {
    if (line.is("ADR") && param.is("LABEL")) {
      values.emplace_back("LABEL", decode_text(param.first_value()));
    } else if (line.is("N") && param.is("SORT-AS")) {
      values.emplace_back("SORT-STRING", param.first_value());
    }
  }
}

/// Whether a label only tells what `values_of` has as another name.
bool is_converted_label(const Line& line) {
  if (!line.is("X-ABLABEL")) return false;
  const std::string text = text_of(line);
  return text == "_$!<Anniversary>!$_" || !conversion::relation_type(text).empty();
}

Values values_of(const Document& document) {
  Values values;
  for (std::size_t i = 0; i < document.size(); ++i) {
    const Line line = document.line(i);
    const bool counts = line.kind == LineKind::property && line.depth == 0 && !line.is("VERSION") &&
                        !is_converted_label(line);
    const std::string value = counts ? value_of(line) : "";
    if (!is_blank(value)) values.emplace_back(name_in_v4(line), value);
    if (!counts) continue;
    add_parameters(line, values);
  }
  std::ranges::sort(values);
  return values;
}

Document parsed(const std::string& bytes) {
  auto document = read(bytes);
  EXPECT_TRUE(document) << bytes;
  return document ? std::move(*document) : *read("BEGIN:VCARD\r\nEND:VCARD\r\n");
}

Document converted(const Document& document, Version version) {
  const std::string bytes = convert(document, {.version = version});
  EXPECT_EQ(convert(document, {.version = version}), bytes);
  EXPECT_TRUE(is_valid_utf8(bytes));
  return parsed(bytes);
}

/// Expects that `all` has every one of `some`, as often.
void expect_kept(const Values& some, const Values& all, std::string_view source) {
  Values lost;
  std::ranges::set_difference(some, all, std::back_inserter(lost));
  EXPECT_TRUE(lost.empty()) << testing::PrintToString(lost) << "\nin\n" << source;
}

/// Expects that no conversion of a card loses a value.
void expect_kept(const std::string& bytes) {
  const Document source = parsed(bytes);
  const Document v3 = converted(source, Version::v3_0);
  const Document v4 = converted(source, Version::v4_0);
  EXPECT_EQ(v3.version(), Version::v3_0);
  EXPECT_EQ(v4.version(), Version::v4_0);
  expect_kept(values_of(source), values_of(v3), bytes);
  expect_kept(values_of(source), values_of(v4), bytes);
  const Values there_and_back = values_of(converted(converted(v3, Version::v4_0), Version::v3_0));
  EXPECT_EQ(there_and_back, values_of(v3)) << bytes;
}

/// Makes cards of known and odd pieces.
class RandomCard {
 public:
  RandomCard(Version version, unsigned seed) : version_(version), random_(seed) {}

  std::string make() {
    std::string out = "BEGIN:VCARD\r\nVERSION:" + std::string(to_string(version_)) + "\r\n";
    for (auto lines = random_() % 12; lines > 0; --lines) out += line() + "\r\n";
    return out + "END:VCARD\r\n";
  }

 private:
  template <std::size_t size>
  std::string any(const char* const (&texts)[size]) {
    return texts[random_() % size];
  }

  std::string line() {
    static constexpr const char* groups[] = {"", "", "", "item1.", "ITEM1.", "item2.", "g."};
    static constexpr const char* names[] = {"N",
                                            "FN",
                                            "ADR",
                                            "LABEL",
                                            "TEL",
                                            "EMAIL",
                                            "BDAY",
                                            "ANNIVERSARY",
                                            "RELATED",
                                            "X-ABDATE",
                                            "X-ABLABEL",
                                            "NOTE",
                                            "X-FOO",
                                            "KIND",
                                            "GENDER",
                                            "GEO",
                                            "TZ",
                                            "LANG",
                                            "X-GENDER",
                                            "X-LANG",
                                            "MEMBER",
                                            "SORT-STRING",
                                            "PHOTO",
                                            "KEY",
                                            "URL",
                                            "REV",
                                            "CATEGORIES",
                                            "X-ANNIVERSARY",
                                            "X-ABRELATEDNAMES",
                                            "ORG",
                                            "title",
                                            "Nickname",
                                            "IMPP"};
    std::string out = any(groups) + any(names);
    for (auto params = random_() % 3; params > 0; --params) out += param();
    return out + ":" + value();
  }

  std::string param() {
    static constexpr const char* bare[] = {";HOME", ";PREF", ";CELL", ";X-OLD"};
    static constexpr const char* named[] = {";TYPE=home",    ";TYPE=work,pref", ";PREF=1",
                                            ";PREF=50",      ";X-P=\"a;b\"",    ";LANGUAGE=de",
                                            ";TYPE=\"a,b\"", ";type=SPOUSE",    ";VALUE=text",
                                            ";X-Q=1",        ";ALTID=1"};
    return version_ == Version::v2_1 ? any(bare) : any(named);
  }

  std::string value() {
    static constexpr const char* pieces[] = {"",
                                             "a",
                                             "Zoë",
                                             ";",
                                             ",",
                                             ":",
                                             " ",
                                             "\"",
                                             "_$!<Anniversary>!$_",
                                             "_$!<Spouse>!$_",
                                             "19900517",
                                             "1604-06-20",
                                             "--0517",
                                             "geo:1,2",
                                             "1;2",
                                             "tel:+1-2;ext=3",
                                             "group",
                                             "data:image/gif;base64,R0lGODlh",
                                             "R0lGODlh",
                                             "http://x.example/",
                                             "M",
                                             "\xFC",
                                             "(",
                                             "T10:00:00Z",
                                             "COMPANY",
                                             "friend"};
    std::string out;
    for (auto count = random_() % 4; count > 0; --count) out += any(pieces);
    if (version_ != Version::v2_1 && random_() % 3 == 0) out += R"(\n\,\;\\)";
    return out;
  }

  Version version_;
  std::mt19937 random_;
};

TEST(ConvertedValues, SurviveInRandomCards) {
  for (unsigned seed = 0; seed < 1'500 && !testing::Test::HasFailure(); ++seed) {
    const Version version = std::array{Version::v2_1, Version::v3_0, Version::v4_0}[seed % 3];
    expect_kept(RandomCard(version, seed).make());
  }
}

TEST(ConvertedValues, SurviveInTheCorpus) {
  const int count =
      test::for_each_real_card([](const auto& card) { expect_kept(std::string(card.bytes)); });
  if (count == 0) GTEST_SKIP() << "no folder of real cards";
  EXPECT_GE(count, test::real_cards_min);
}

}  // namespace
}  // namespace kith::vcard
