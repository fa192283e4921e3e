#include "http/form.hpp"

#include <gmock/gmock.h>

#include "base/limits.hpp"

namespace kith::http {

namespace {

struct Pair {
  std::string a;
  int number = 7;

  static constexpr auto fields() {
    return kith::fields(field("a", &Pair::a, {.chars_max = 20}),
                        field("number", &Pair::number, {.value_min = 1, .value_max = 9}));
  }
};

constexpr Time now{};

class FormValue : public testing::TestWithParam<std::tuple<const char*, const char*>> {};

TEST_P(FormValue, IsDecoded) {
  const auto& [text, expected] = GetParam();
  const auto pair = read_form<Pair>(text, now, BlankValues::checked);
  ASSERT_TRUE(pair) << text;
  EXPECT_EQ(pair->a, expected);
}

INSTANTIATE_TEST_SUITE_P(Texts, FormValue,
                         testing::Values(std::tuple{"", ""}, std::tuple{"a=", ""},
                                         std::tuple{"a=b+c", "b c"}, std::tuple{"a=b%20c", "b c"},
                                         std::tuple{"a=%2B", "+"}, std::tuple{"a=b=c", "b=c"},
                                         std::tuple{"&&a=1&", "1"}, std::tuple{"%61=1", "1"},
                                         std::tuple{"a=%C3%BC", "ü"}, std::tuple{"a=%c3%bc", "ü"},
                                         std::tuple{"a", ""}));

class FormMalformed : public testing::TestWithParam<const char*> {};

TEST_P(FormMalformed, IsRefusedAsAWhole) {
  const auto pair = read_form<Pair>(GetParam(), now, BlankValues::checked);
  ASSERT_FALSE(pair);
  EXPECT_EQ(pair.error().code, Errc::malformed);
}

INSTANTIATE_TEST_SUITE_P(Texts, FormMalformed,
                         testing::Values("a=%", "a=%4", "a=%zz", "a=%ff", "a=%C3", "%=1",
                                         "a=%ed%a0%80"));

TEST(Form, HasALimitOfPairs) {
  std::string text = "a=1";
  for (std::size_t i = 1; i < limits::query_parameters_max; ++i) text += "&x" + std::to_string(i);
  EXPECT_EQ(read_form<Pair>(text, now, BlankValues::checked).error().code, Errc::invalid);
  EXPECT_EQ(read_form<Pair>(text + "&y=1", now, BlankValues::checked).error().code,
            Errc::malformed);
}

struct Guard {
  std::optional<std::int64_t> revision;
  std::optional<std::string> text;

  static constexpr auto fields() {
    return kith::fields(field("revision", &Guard::revision), field("text", &Guard::text));
  }
};

TEST(Form, ChecksBlankValuesOfQueryStrings) {
  for (const char* text : {"revision=", "revision", "revision=%20", "revision=+"}) {
    const auto checked = read_form<Guard>(text, now, BlankValues::checked);
    ASSERT_FALSE(checked) << text;
    EXPECT_EQ(checked.error().fields.front().field, "revision");
    const auto absent = read_form<Guard>(text, now, BlankValues::absent);
    ASSERT_TRUE(absent) << text;
    EXPECT_EQ(absent->revision, std::nullopt);
  }
  EXPECT_EQ(read_form<Guard>("text=", now, BlankValues::checked)->text, "");
  EXPECT_EQ(read_form<Guard>("text=", now, BlankValues::absent)->text, std::nullopt);
}

TEST(Form, ReportsAllErrorsAtOnce) {
  const auto pair = read_form<Pair>("number=10&b=1&a=x&a=y", now, BlankValues::checked);
  ASSERT_FALSE(pair);
  std::vector<std::string> names;
  for (const FieldError& error : pair.error().fields) names.push_back(error.field);
  EXPECT_THAT(names, testing::UnorderedElementsAre("number", "b", "a"));
}

TEST(PercentEncode, KeepsOnlyUnreservedCharacters) {
  EXPECT_EQ(percent_encode("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(percent_encode("a b&c=d/ü"), "a%20b%26c%3Dd%2F%C3%BC");
}

}  // namespace

}  // namespace kith::http
