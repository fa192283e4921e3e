#include "base/assign.hpp"

#include <limits>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/date.hpp"
#include "base/email.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"

namespace kith {
namespace {

using namespace std::string_literals;
using testing::ElementsAre;
using testing::HasSubstr;

enum class Color : std::uint8_t { red, green };

constexpr std::array<std::string_view, 2> names_of(Color) { return {"red", "green"}; }

struct Everything {
  std::string text = "old";
  std::string notes;
  std::string secret;
  bool flag = false;
  int number = 5;
  Date date;
  std::optional<std::string> maybe_text = "old";
  std::optional<bool> maybe_flag = true;
  std::optional<int> maybe_number = 5;
  std::optional<Date> maybe_date = Date{};
  std::optional<Email> maybe_email;
  Color color = Color::red;

  static constexpr auto fields() {
    using E = Everything;
    return kith::fields(
        field("text", &E::text, {.chars_min = 1, .chars_max = 5, .required = true}),
        field("notes", &E::notes, {.chars_max = 20, .multiline = true}),
        field("secret", &E::secret, {.chars_min = 3, .chars_max = 8, .verbatim = true}),
        field("flag", &E::flag), field("number", &E::number, {.value_min = -10, .value_max = 10}),
        field("date", &E::date, {.required = true}), field("maybe_text", &E::maybe_text),
        field("maybe_flag", &E::maybe_flag), field("maybe_number", &E::maybe_number),
        field("maybe_date", &E::maybe_date), field("maybe_email", &E::maybe_email),
        field("color", &E::color));
  }
};

/// Assigns one value to one field and returns the refusal, which is empty if it was accepted.
std::string put(Everything& object, std::string_view name, const Scalar& value) {
  Filler filler(&object, shape_of<Everything>());
  filler.put(name, value);
  const auto errors = std::move(filler).take_errors();
  return errors.empty() ? "" : errors.front().field + ' ' + errors.front().message;
}

std::string put(std::string_view name, const Scalar& value) {
  Everything object;
  return put(object, name, value);
}

Scalar text(std::string_view view) { return view; }
Scalar word(std::string_view view) { return Word{view}; }
Scalar number(std::int64_t value) { return value; }

TEST(Assign, TextAcceptsTextsAndWords) {
  Everything object;
  EXPECT_EQ(put(object, "text", text("Łukas")), "");
  EXPECT_EQ(object.text, "Łukas") << "five code points fit";
  EXPECT_EQ(put(object, "text", word("true")), "");
  EXPECT_EQ(object.text, "true");
}

TEST(Assign, TextRefusesOtherTypes) {
  const std::vector<Scalar> others{nullptr, true, number(1), 1.5, Nested{}};
  for (const Scalar& other : others) EXPECT_EQ(put("text", other), "text must be a text");
}

TEST(Assign, TextLengthIsCountedInCodePoints) {
  EXPECT_EQ(put("text", text("")), "text must have at least 1 character");
  EXPECT_EQ(put("text", text("123456")), "text must have at most 5 characters");
  EXPECT_EQ(put("text", text("李小龍李小")), "");
  EXPECT_EQ(put("text", text("e\u0301e\u0301e\u0301e\u0301e\u0301")), "") << "counted in NFC";
  EXPECT_EQ(put("secret", text("ab")), "secret must have at least 3 characters");
}

TEST(Assign, RequiredTextIsNotBlank) {
  EXPECT_EQ(put("text", text("  ")), "text must not be blank");
  EXPECT_EQ(put("secret", text("   ")), "") << "a password may be";
}

TEST(Assign, TextRefusesControlCharactersAndBrokenUtf8) {
  EXPECT_EQ(put("text", text("a\x1b"
                             "b")),
            "text must not contain control characters");
  EXPECT_EQ(put("text", text("a\0b"s)), "text must not contain control characters");
  EXPECT_EQ(put("text", text("a\u0084")), "text must not contain control characters");
  EXPECT_EQ(put("text", text("\xff")), "text must be valid UTF-8");
  EXPECT_EQ(put("text", text("\xed\xa0\x80")), "text must be valid UTF-8");
  EXPECT_EQ(put("notes", text("a\tb")),
            "notes must not contain control characters other than newline");
}

TEST(Assign, MultilineTextGetsOneKindOfNewline) {
  Everything object;
  EXPECT_EQ(put(object, "notes", text("a\r\nb\rc\n")), "");
  EXPECT_EQ(object.notes, "a\nb\nc");
}

TEST(Assign, WhiteSpaceAndInvisibleCharactersAtBothEndsAreTrimmed) {
  Everything object;
  EXPECT_EQ(put(object, "text", text(" \u200b\u00a012345\t\u2028\ufeff\r\n")), "");
  EXPECT_EQ(object.text, "12345") << "the length counts what is left";
  EXPECT_EQ(put(object, "text", word("\u202a123\u202c")), "");
  EXPECT_EQ(object.text, "123");
  EXPECT_EQ(put(object, "notes", text("\t\n a\n\n  b \n\u200b")), "");
  EXPECT_EQ(object.notes, "a\n\n  b");
  EXPECT_EQ(put(object, "date", text(" 2024-02-29\u200b")), "");
  EXPECT_EQ(put(object, "maybe_email", text("\u200banna@example.org\u200b")), "");
  EXPECT_EQ(object.maybe_email->text, "anna@example.org");
  EXPECT_EQ(put("text", text("\u200b\u2060")), "text must not be blank");
}

TEST(Assign, RunsOfWhiteSpaceInALineBecomeOneBlank) {
  Everything object;
  EXPECT_EQ(put(object, "text", text("a \t\r\n b")), "");
  EXPECT_EQ(object.text, "a b");
  EXPECT_EQ(put(object, "text", text("山\u3000\u3000田")), "");
  EXPECT_EQ(object.text, "山 田");
}

TEST(Assign, VerbatimTextIsKeptUnchanged) {
  Everything object;
  EXPECT_EQ(put(object, "secret", text(" e\u0301\t\r\n ")), "");
  EXPECT_EQ(object.secret, " e\u0301\t\r\n ");
  EXPECT_EQ(put("secret", text("abc\0"s)), "secret must not contain NUL");
  EXPECT_EQ(put("secret", text("abc\xff")), "secret must be valid UTF-8");
}

TEST(Assign, RefusedValueDoesNotChangeTheField) {
  Everything object;
  EXPECT_NE(put(object, "text", text("far too long")), "");
  EXPECT_NE(put(object, "number", number(11)), "");
  EXPECT_NE(put(object, "maybe_date", text("2023-02-29")), "");
  EXPECT_EQ(object.text, "old");
  EXPECT_EQ(object.number, 5);
  EXPECT_EQ(object.maybe_date, Date{});
}

TEST(Assign, FlagAcceptsFlagsAndTheirWords) {
  Everything object;
  EXPECT_EQ(put(object, "flag", true), "");
  EXPECT_TRUE(object.flag);
  EXPECT_EQ(put(object, "flag", word("false")), "");
  EXPECT_FALSE(object.flag);
  EXPECT_EQ(put(object, "flag", word("true")), "");
  EXPECT_TRUE(object.flag);
}

TEST(Assign, FlagRefusesOtherValues) {
  const std::vector<Scalar> others{nullptr,     number(1), 1.0,          text("true"), word("1"),
                                   word("yes"), word(""),  word("TRUE"), Nested{}};
  for (const Scalar& other : others) EXPECT_EQ(put("flag", other), "flag must be true or false");
}

TEST(Assign, NumberAcceptsWholeNumbersWithinItsBounds) {
  Everything object;
  for (const auto& [value, expected] : std::vector<std::pair<Scalar, int>>{{number(10), 10},
                                                                           {number(-10), -10},
                                                                           {word("7"), 7},
                                                                           {word("-7"), -7},
                                                                           {word("007"), 7}}) {
    EXPECT_EQ(put(object, "number", value), "");
    EXPECT_EQ(object.number, expected);
  }
}

TEST(Assign, NumberRefusesOtherValues) {
  const std::vector<Scalar> others{nullptr,     true,       1.5,       1e300,
                                   text("7"),   word(""),   word("-"), word("+7"),
                                   word("7.0"), word(" 7"), Nested{}};
  for (const Scalar& other : others)
    EXPECT_EQ(put("number", other), "number must be a whole number");
  for (const std::int64_t value : {std::int64_t{11}, std::int64_t{-11}, std::int64_t{1} << 32,
                                   std::numeric_limits<std::int64_t>::min()}) {
    EXPECT_EQ(put("number", number(value)), "number must be from -10 to 10") << value;
  }
}

TEST(Assign, UnboundedNumberIsNeverTruncated) {
  Everything object;
  EXPECT_EQ(put(object, "maybe_number", number(std::numeric_limits<int>::max())), "");
  EXPECT_EQ(object.maybe_number, std::numeric_limits<int>::max());
  EXPECT_NE(put(object, "maybe_number", number(std::int64_t{1} << 32)), "");
  EXPECT_NE(put(object, "maybe_number", number(std::int64_t{std::numeric_limits<int>::min()} - 1)),
            "");
  EXPECT_EQ(object.maybe_number, std::numeric_limits<int>::max());
}

TEST(Assign, TypedTextIsParsed) {
  Everything object;
  EXPECT_EQ(put(object, "date", text("2024-02-29")), "");
  EXPECT_EQ(object.date, (Date{2024, 2, 29}));
  EXPECT_EQ(put("date", text("2023-02-29")), "date must be a day that exists, as YYYY-MM-DD");
  EXPECT_EQ(put("date", text("")), "date must be a day that exists, as YYYY-MM-DD");
  const std::vector<Scalar> others{nullptr, true, number(20240229), 1.0, Nested{}};
  for (const Scalar& other : others) EXPECT_EQ(put("date", other), "date must be a text");
}

TEST(Assign, NullAndBlankClearOptionals) {
  const std::vector<Scalar> blanks{nullptr, text(""), text("  \t\r\n"), Word{"", true},
                                   Word{" ", true}};
  for (const Scalar& blank : blanks) {
    Everything object;
    for (const char* name : {"maybe_text", "maybe_flag", "maybe_number", "maybe_date"}) {
      EXPECT_EQ(put(object, name, blank), "") << name;
    }
    EXPECT_FALSE(object.maybe_text || object.maybe_flag || object.maybe_number ||
                 object.maybe_date);
  }
}

TEST(Assign, ABlankWordIsCheckedLikeAnyOther) {
  for (const char* blank : {"", " "}) {
    Everything object;
    for (const char* name : {"maybe_flag", "maybe_number", "maybe_date", "maybe_email"}) {
      EXPECT_NE(put(object, name, word(blank)), "") << name;
    }
    EXPECT_TRUE(object.maybe_flag && object.maybe_number && object.maybe_date);
  }
  Everything object;
  EXPECT_EQ(put(object, "maybe_text", word("")), "");
  EXPECT_EQ(object.maybe_text, "");
}

TEST(Assign, OptionalAcceptsTheValuesOfItsType) {
  Everything object;
  EXPECT_EQ(put(object, "maybe_email", text(" anna@example.org ")), "");
  EXPECT_EQ(object.maybe_email->text, "anna@example.org");
  EXPECT_THAT(put(object, "maybe_email", text("anna")), HasSubstr("must be an e-mail address"));
  EXPECT_EQ(put(object, "maybe_flag", number(0)), "maybe_flag must be true or false");
  EXPECT_EQ(put(object, "maybe_text", Nested{}), "maybe_text must be a text");
  EXPECT_EQ(put(object, "maybe_number", true), "maybe_number must be a whole number");
}

TEST(Assign, NamedEnumAcceptsOnlyItsNames) {
  Everything object;
  EXPECT_EQ(put(object, "color", text("green")), "");
  EXPECT_EQ(object.color, Color::green);
  EXPECT_EQ(put(object, "color", word("red")), "");
  EXPECT_EQ(object.color, Color::red);
  const std::vector<Scalar> others{nullptr, true, number(1), text("Green"), text(""), Nested{}};
  for (const Scalar& other : others) {
    EXPECT_EQ(put("color", other), "color must be one of red green");
  }
  EXPECT_EQ(name_of(Color::green), "green");
}

std::vector<std::string> fields_of(const std::vector<FieldError>& errors) {
  std::vector<std::string> names;
  for (const FieldError& error : errors) names.push_back(error.field + ' ' + error.message);
  return names;
}

TEST(Filler, ReportsAllErrorsInOrder) {
  Everything object;
  Filler filler(&object, shape_of<Everything>());
  filler.put("nickname", text("x"));
  filler.put("flag", number(1));
  filler.put("number", number(3));
  filler.put("number", number(4));
  filler.require_all();
  EXPECT_TRUE(filler.failed());
  EXPECT_EQ(object.number, 3) << "the first of two values";
  EXPECT_THAT(fields_of(std::move(filler).take_errors()),
              ElementsAre("nickname is not a known field", "flag must be true or false",
                          "number must be given once", "text is required", "date is required"));
}

TEST(Filler, ARefusedValueCountsAsGiven) {
  Everything object;
  Filler filler(&object, shape_of<Everything>());
  filler.put("text", number(1));
  filler.put("date", text("2024-01-01"));
  filler.require_all();
  EXPECT_THAT(fields_of(std::move(filler).take_errors()), ElementsAre("text must be a text"));
}

TEST(Filler, ReportsAtMostTheLimitOfErrors) {
  Everything object;
  Filler filler(&object, shape_of<Everything>());
  for (std::size_t i = 0; i < 3 * limits::field_errors_max; ++i) {
    filler.put("unknown" + std::to_string(i), true);
  }
  EXPECT_EQ(std::move(filler).take_errors().size(), limits::field_errors_max);
}

TEST(Filler, TruncatesLongNamesBetweenCharacters) {
  for (std::size_t lead = 0; lead < 4; ++lead) {
    Everything object;
    Filler filler(&object, shape_of<Everything>());
    std::string name(lead, 'a');
    while (name.size() < 2 * limits::named_field_bytes_max) name += "🎂";
    filler.put(name, true);
    const auto errors = std::move(filler).take_errors();
    ASSERT_EQ(errors.size(), 1U);
    EXPECT_LE(errors[0].field.size(), limits::named_field_bytes_max);
    EXPECT_GT(errors[0].field.size(), limits::named_field_bytes_max - 4);
    EXPECT_TRUE(is_valid_utf8(errors[0].field)) << lead;
  }
}

struct Period {
  Date from, to;
  static constexpr auto fields() {
    return kith::fields(field("from", &Period::from, {.required = true}),
                        field("to", &Period::to, {.required = true}));
  }
  std::vector<FieldError> check(Time) const {
    if (to < from) return {{"to", "must not be before from"}};
    return {};
  }
};

TEST(Finish, AddsTheRulesOfTheWholeObject) {
  Period period{{2026, 2, 1}, {2026, 1, 1}};
  const auto error = finish(Filler(&period, shape_of<Period>()), period, Time{});
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, Errc::invalid);
  EXPECT_THAT(fields_of(error->fields), ElementsAre("to must not be before from"));
}

TEST(Assign, AcceptsTextThatCleaningShortensWithinALimit) {
  std::string out;
  const FieldRules rules{.chars_max = 10};
  EXPECT_EQ(assign(out, std::string_view("a" + std::string(300, ' ')), rules), "");
  EXPECT_EQ(out, "a");
  EXPECT_EQ(assign(out, std::string_view("a" + std::string(400, ' ')), rules),
            "must have at most 10 characters");
  EXPECT_EQ(out, "a");
}

TEST(Finish, DoesNotNameAFieldTwice) {
  Period period{{2026, 2, 1}, {2026, 1, 1}};
  Filler filler(&period, shape_of<Period>());
  filler.put("to", text("tomorrow"));
  const auto error = finish(std::move(filler), period, Time{});
  ASSERT_TRUE(error);
  EXPECT_THAT(fields_of(error->fields), ElementsAre("to must be a day that exists, as YYYY-MM-DD"));
}

TEST(Finish, ReturnsNothingWithoutErrors) {
  Period period;
  EXPECT_FALSE(finish(Filler(&period, shape_of<Period>()), period, Time{}));
}

TEST(Fields, ListsConcatenateInOrder) {
  constexpr auto list = Period::fields() + Everything::fields();
  static_assert(list.size == 14);
  std::vector<std::string_view> names;
  list.for_each([&](const auto& each) { names.push_back(each.name); });
  EXPECT_EQ(names.front(), "from");
  EXPECT_EQ(names[2], "text");
  EXPECT_EQ(names.back(), "color");
}

}  // namespace
}  // namespace kith
