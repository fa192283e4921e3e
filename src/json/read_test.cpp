#include "json/read.hpp"

#include <string>
#include <tuple>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/date.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"

namespace kith::json {
namespace {

using namespace std::string_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

struct Person {
  std::string name = {};
  std::optional<std::string> nick = {};
  std::optional<Date> born = {};
  std::optional<int> age = {};
  bool favorite = false;

  static constexpr auto fields() {
    return kith::fields(
        field("name", &Person::name, {.chars_min = 1, .chars_max = 10, .required = true}),
        field("nick", &Person::nick, {.chars_max = 10}), field("born", &Person::born),
        field("age", &Person::age, {.value_min = 0, .value_max = 150}),
        field("favorite", &Person::favorite));
  }
  std::vector<FieldError> check(Time now) const {
    if (born && born->days_since_epoch() > now.micros / micros_per_day) {
      return {{"born", "must not be in the future"}};
    }
    return {};
  }
};

const Time now = Time::parse("2026-11-24T10:00:00.000000Z").value();

/// Returns the refused fields of `text` with the reasons.
std::vector<std::string> invalid(std::string_view text) {
  const auto read_person = read<Person>(text, now);
  if (read_person) return {"taken"};
  if (read_person.error().code != Errc::invalid) return {read_person.error().detail};
  std::vector<std::string> all;
  for (const auto& error : read_person.error().fields)
    all.push_back(error.field + ' ' + error.message);
  return all;
}

TEST(JsonRead, FillsTheFieldsByName) {
  const auto person = read<Person>(
      " {\"born\":\"1990-05-17\" ,\t\"name\":\"\\u0141ukasz \\uD83C\\uDF82\",\r\n"
      "\"age\":36, \"favorite\":true, \"nick\":\"a\\\"\\\\\\/b\"} \n",
      now);
  ASSERT_TRUE(person);
  EXPECT_EQ(person->name, "Łukasz 🎂");
  EXPECT_EQ(person->nick, "a\"\\/b");
  EXPECT_EQ(person->born, (Date{1990, 5, 17}));
  EXPECT_EQ(person->age, 36);
  EXPECT_TRUE(person->favorite);
}

TEST(JsonRead, LeavesAbsentFieldsAtTheirDefault) {
  const auto person = read<Person>(R"({"name":"Anna"})", now);
  ASSERT_TRUE(person);
  EXPECT_FALSE(person->nick || person->born || person->age || person->favorite);
}

/// A text, and the position of its first syntax error.
using Broken = std::tuple<std::string, std::string>;
class Malformed : public testing::TestWithParam<Broken> {};

TEST_P(Malformed, IsReportedWithLineAndColumn) {
  const auto& [text, position] = GetParam();
  const auto person = read<Person>(text, now);
  ASSERT_FALSE(person) << text;
  EXPECT_EQ(person.error().code, Errc::malformed) << text;
  EXPECT_THAT(person.error().detail, StartsWith("The body is not valid JSON at " + position + ": "))
      << text;
  EXPECT_TRUE(person.error().fields.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Positions, Malformed,
    testing::Values(Broken{"", "line 1, column 1"}, Broken{"  \n ", "line 2, column 2"},
                    Broken{"{", "line 1, column 2"}, Broken{R"({"name")", "line 1, column 8"},
                    Broken{R"({"name":"Anna")", "line 1, column 15"},
                    Broken{R"({"name":"Anna)", "line 1, column 14"},
                    Broken{R"({"name":Anna})", "line 1, column 9"},
                    Broken{"{\n  \"name\": oops\n}", "line 2, column 11"},
                    Broken{R"({"name":"Anna",})", "line 1, column 16"},
                    Broken{R"({name:"Anna"})", "line 1, column 2"},
                    Broken{R"({'name':"Anna"})", "line 1, column 2"},
                    Broken{R"({"name":"Łukasz" "x"})", "line 1, column 18"},
                    Broken{R"({"name":"李小龍🎂",!})", "line 1, column 16"},
                    Broken{"{\"name\":\"é\",\n\"nick\":\"李\",\n\"ü\":?}", "line 3, column 5"},
                    Broken{R"({"name":"Anna"} x)", "line 1, column 17"},
                    Broken{R"({"name":"Anna"}{})", "line 1, column 16"},
                    Broken{"\xef\xbb\xbf{} x", "line 1, column 4"},
                    Broken{"\xef\xbb\xbf\xef\xbb\xbf{}", "line 1, column 1"},
                    Broken{"{}\xef\xbb\xbf", "line 1, column 3"},
                    Broken{R"({"age":01})", "line 1, column 9"},
                    Broken{R"({"age":+1})", "line 1, column 8"},
                    Broken{R"({"age":NaN})", "line 1, column 8"},
                    Broken{R"({"name":"x" /* no */})", "line 1, column 13"}));

/// A text, and the reason that follows the position in its refusal.
using Wrong = std::pair<std::string, std::string>;
class Reason : public testing::TestWithParam<Wrong> {};

TEST_P(Reason, IsGivenInPlainWords) {
  const auto& [text, reason] = GetParam();
  const auto person = read<Person>(text, now);
  ASSERT_FALSE(person) << text;
  EXPECT_THAT(person.error().detail, testing::EndsWith(": " + reason + ".")) << text;
}

INSTANTIATE_TEST_SUITE_P(
    Reasons, Reason,
    testing::Values(Wrong{"", "unexpected end of the text"},
                    Wrong{R"({"name":"Anna")", "unexpected end of the text"},
                    Wrong{"{'name':1}", "unexpected character '''"},
                    Wrong{R"({"name":"Anna",})", "unexpected character '}'"},
                    Wrong{R"({"name":"\x"})", "unexpected character 'x'"},
                    Wrong{"{\"name\":\"é\",ü:1}", "unexpected character"},
                    Wrong{R"({"age":1} 2)", "only white space may follow the JSON value"},
                    Wrong{R"({"age":1e99999999999})", "the exponent of a number is too large"},
                    Wrong{R"({"name":"\ud800\u0041"})", "a \\u escape is half of a surrogate pair"},
                    Wrong{R"({"name":"\udc00"})", "a \\u escape is half of a surrogate pair"},
                    Wrong{R"({"name":"\u12g4"})", "\\u needs four hexadecimal digits"},
                    Wrong{"{\"name\":\"a\tb\"}",
                          "control characters must be escaped and stand within quotes"},
                    Wrong{"{\"name\":\"\xff\"}", "the text is not valid UTF-8"},
                    Wrong{"{\"name\":\"\xc3\"}", "the text is not valid UTF-8"}));

TEST(JsonRead, IgnoresAByteOrderMark) {
  const auto person = read<Person>("\xef\xbb\xbf{\"name\":\"Anna\"}", now);
  ASSERT_TRUE(person);
  EXPECT_EQ(person->name, "Anna");
}

/// Objects with deferred parsing keep their text.
struct Parent {
  std::optional<Deferred<Person>> first = {};
  std::optional<Deferred<Person>> second = {};

  static constexpr auto fields() {
    return kith::fields(field("first", &Parent::first), field("second", &Parent::second));
  }
};

TEST(JsonRead, KeepsTheTextOfDeferredValues) {
  const std::string text =
      "\xef\xbb\xbf { \"second\" : {\"name\":\"}\", \"age\":[{}]} , \"first\":{} }";
  const auto parent = read<Parent>(text, now);
  ASSERT_TRUE(parent);
  EXPECT_EQ(parent->first->json, "{}");
  EXPECT_EQ(parent->second->json, R"({"name":"}", "age":[{}]})");
}

class NotJson : public testing::TestWithParam<std::string> {};

TEST_P(NotJson, IsMalformed) {
  const auto person = read<Person>(GetParam(), now);
  ASSERT_FALSE(person) << GetParam();
  EXPECT_EQ(person.error().code, Errc::malformed) << GetParam();
  EXPECT_THAT(person.error().detail, HasSubstr("line 1, column "));
}

INSTANTIATE_TEST_SUITE_P(
    Texts, NotJson,
    testing::Values(R"({"name":"\ud800"})", R"({"name":"\udc00"})", R"({"name":"\ud800x"})",
                    R"({"name":"\ud800\ud800"})", R"({"name":"\ud83c\u0041"})", R"({"\ud800":1})",
                    R"({"name":"\x41"})", R"({"name":"\u12g4"})", R"({"name":"\u123"})",
                    "{\"name\":\"a\tb\"}", "{\"name\":\"a\nb\"}", "{\"name\":\"a\0b\"}"s,
                    "{\"name\":\"A\"}\0"s, "\0{\"name\":\"A\"}"s, "{\"name\":\"\xff\"}",
                    "{\"name\":\"\xc3\"}", "{\"name\":\"\xed\xa0\x80\"}", "{\"name\":\"\xc0\x80\"}",
                    "{\"name\":\"\xf4\x90\x80\x80\"}", "{\"\xff\":1}", R"({"age":1.})",
                    R"({"age":.5})", R"({"age":1e})", R"({"age":-})", R"({"age":0x10})",
                    R"({"favorite":True})", R"({"age":Infinity})", "[1,2", "nul", "{]", "[}",
                    "{\"a\":1]", ",", ":"));

std::string nested(std::size_t depth, char open, char close) {
  std::string value = "1";
  for (std::size_t i = 1; i < depth; ++i) {
    value = open == '{' ? "{\"a\":" + value + close : open + value + close;
  }
  return R"({"name":"A","x":)" + value + '}';
}

TEST(JsonRead, AcceptsNestingUpToTheLimit) {
  for (const auto& [open, close] : {std::pair{'[', ']'}, std::pair{'{', '}'}}) {
    EXPECT_THAT(invalid(nested(limits::json_depth_max, open, close)),
                ElementsAre("x is not a known field"));
    const auto deeper = read<Person>(nested(limits::json_depth_max + 1, open, close), now);
    ASSERT_FALSE(deeper);
    EXPECT_EQ(deeper.error().code, Errc::malformed);
    EXPECT_THAT(deeper.error().detail, HasSubstr("nested more than 32 deep"));
  }
}

TEST(JsonRead, AMillionBracketsAreCheap) {
  const auto person = read<Person>(std::string(limits::body_bytes_max, '['), now);
  ASSERT_FALSE(person);
  EXPECT_THAT(person.error().detail, HasSubstr("line 1, column 33: nested more than 32 deep"));
}

class NotAnObject : public testing::TestWithParam<std::string> {};

TEST_P(NotAnObject, IsRefusedOnceAsBody) {
  Person person;
  Filler filler(&person, shape_of<Person>());
  const auto error = read_object(GetParam(), filler);
  ASSERT_TRUE(error) << GetParam();
  EXPECT_EQ(error->code, Errc::invalid);
  ASSERT_EQ(error->fields.size(), 1U) << GetParam();
  EXPECT_EQ(error->fields[0].field, "body");
  EXPECT_EQ(error->fields[0].message, "must be a JSON object");
  EXPECT_FALSE(filler.failed());
}

INSTANTIATE_TEST_SUITE_P(Values, NotAnObject,
                         testing::Values("null", "true", "1", "-1.5", "18446744073709551615",
                                         "\"name\"", "[]", "[1]", "[1,2,3]", "[\"name\",\"x\"]",
                                         R"([{"name":"A"}])", R"([[{"name":"A"}],null])"));

TEST(JsonRead, ReportsAllFieldErrorsInOrder) {
  EXPECT_THAT(invalid(R"({"nickname":"x","age":200,"born":"2023-02-29","favorite":1})"),
              ElementsAre("nickname is not a known field", "age must be from 0 to 150",
                          "born must be a day that exists, as YYYY-MM-DD",
                          "favorite must be true or false", "name is required"));
}

TEST(JsonRead, AddsTheRulesOfTheWholeObject) {
  EXPECT_THAT(invalid(R"({"name":"A","born":"2026-11-25"})"),
              ElementsAre("born must not be in the future"));
  EXPECT_THAT(invalid(R"({"name":"A","born":"2026-11-24"})"), ElementsAre("taken"));
}

TEST(JsonRead, RefusesAKeyGivenTwice) {
  EXPECT_THAT(invalid(R"({"name":"A","name":"B"})"), ElementsAre("name must be given once"));
  EXPECT_THAT(invalid(R"({"name":"A","n\u0061me":"B"})"), ElementsAre("name must be given once"));
}

TEST(JsonRead, ReportsTheFirstErrorsAndStopsReading) {
  for (const std::string member : {"\"x\":1,", "\"x\":{},", "\"age\":1,"}) {
    std::string text = "{";
    for (int i = 0; i < 2000; ++i) text += member;
    const auto person = read<Person>(text + "no JSON", now);
    ASSERT_FALSE(person);
    EXPECT_EQ(person.error().code, Errc::invalid);
    EXPECT_EQ(person.error().fields.size(), limits::field_errors_max);
  }
}

TEST(JsonRead, RefusesUnknownKeysWithAnyValue) {
  EXPECT_THAT(
      invalid(R"({"name":"A","":1,"a\u0000b":null,"Name":"x","o":{"name":"B"},"l":["B"]})"),
      ElementsAre(" is not a known field", "a\0b is not a known field"s,
                  "Name is not a known field", "o is not a known field", "l is not a known field"));
}

TEST(JsonRead, NestedValuesAreRefusedAndChangeNoField) {
  EXPECT_THAT(
      invalid(R"({"name":{"name":"A"},"nick":["x"],"age":[1],"born":{},"favorite":[true]})"),
      ElementsAre("name must be a text", "nick must be a text", "age must be a whole number",
                  "born must be a text", "favorite must be true or false"));
}

TEST(JsonRead, RefusesNulInATextAsControlCharacter) {
  EXPECT_THAT(invalid(R"({"name":"a\u0000b"})"),
              ElementsAre("name must not contain control characters"));
}

class WrongNumber : public testing::TestWithParam<const char*> {};

TEST_P(WrongNumber, IsRefused) {
  const auto errors = invalid(R"({"name":"A","age":)"s + GetParam() + '}');
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_THAT(errors[0], StartsWith("age must be ")) << GetParam();
}

INSTANTIATE_TEST_SUITE_P(Numbers, WrongNumber,
                         testing::Values("151", "-1", "1.5", "\"36\"", "9223372036854775807",
                                         "9223372036854775808", "-9223372036854775808",
                                         "-9223372036854775809", "18446744073709551616",
                                         "4294967332", "1e5", "1e308",
                                         "123456789012345678901234567890"));

TEST(JsonRead, HugeExponentIsRefused) {
  for (const char* number : {"1e999", "-1e999", "1e99999999999999999999"}) {
    EXPECT_FALSE(read<Person>(R"({"name":"A","age":)"s + number + '}', now)) << number;
  }
}

TEST(JsonRead, NamesOfLongUnknownKeysAreTruncatedBetweenCharacters) {
  std::string key = "x";
  while (key.size() < 3 * limits::named_field_bytes_max) key += "李";
  const auto person = read<Person>("{\"" + key + "\":1}", now);
  ASSERT_FALSE(person);
  EXPECT_TRUE(is_valid_utf8(person.error().fields.at(0).field));
}

TEST(JsonMerge, ChangesGivenFieldsAndKeepsTheRest) {
  const Person before{"Anna", "Annie", Date{1990, 5, 17}, 36, true};
  const auto after = merge(before, R"({"nick":"Ann","age":37})", now);
  ASSERT_TRUE(after);
  EXPECT_EQ(after->name, "Anna");
  EXPECT_EQ(after->nick, "Ann");
  EXPECT_EQ(after->born, (Date{1990, 5, 17}));
  EXPECT_EQ(after->age, 37);
  EXPECT_TRUE(after->favorite);
}

TEST(JsonMerge, NullClearsOptionalFields) {
  const Person before{"Anna", "Annie", Date{1990, 5, 17}, 36, true};
  const auto after = merge(before, R"({"nick":null,"born":null,"age":null})", now);
  ASSERT_TRUE(after);
  EXPECT_FALSE(after->nick || after->born || after->age);
  EXPECT_EQ(after->name, "Anna");
}

TEST(JsonMerge, NullIsRefusedForRequiredFields) {
  const auto after = merge(Person{.name = "Anna"}, R"({"name":null,"favorite":null})", now);
  ASSERT_FALSE(after);
  EXPECT_EQ(after.error().fields.size(), 2U);
}

TEST(JsonMerge, AnEmptyPatchChangesNothingAndRequiresNothing) {
  const auto after = merge(Person{.name = "Anna", .age = 1}, "{}", now);
  ASSERT_TRUE(after);
  EXPECT_EQ(after->name, "Anna");
  EXPECT_EQ(after->age, 1);
}

TEST(JsonMerge, ChecksTheResultAsAWhole) {
  const auto after = merge(Person{.name = "Anna"}, R"({"born":"2030-01-01"})", now);
  ASSERT_FALSE(after);
  EXPECT_EQ(after.error().fields.at(0).message, "must not be in the future");
}

TEST(JsonMerge, PatchMustBeAnObject) {
  EXPECT_EQ(merge(Person{.name = "A"}, "[]", now).error().code, Errc::invalid);
  EXPECT_EQ(merge(Person{.name = "A"}, "", now).error().code, Errc::malformed);
}

}  // namespace
}  // namespace kith::json
