#include "store/rows.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include <gtest/gtest.h>

#include "base/date.hpp"
#include "base/email.hpp"

namespace kith::store {
namespace {

enum class Color : std::uint8_t { red, green };

constexpr std::array<std::string_view, 2> names_of(Color) { return {"red", "green"}; }

struct Person {
  std::int64_t rev = 0;
  std::string name;
  std::optional<std::string> nick;
  std::optional<Date> born;
  Email email;
  bool favorite = false;
  Time created_at;
  std::string shown;

  static constexpr auto fields() {
    return kith::fields(field("rev", &Person::rev), field("name", &Person::name),
                        field("nick", &Person::nick), field("born", &Person::born),
                        field("email", &Person::email), field("favorite", &Person::favorite),
                        field("created_at", &Person::created_at),
                        field("shown", &Person::shown, {.stored = false}));
  }
};

/// Returns the bytes of a bound text or blob.
std::string_view raw(const Value& value) {
  if (const auto* text = std::get_if<Text>(&value)) return text->view;
  if (const auto* owned = std::get_if<OwnedText>(&value)) return owned->text;
  return std::get<Bytes>(value).view;
}

TEST(ToValue, DeclaresTheTypeOfEachKind) {
  EXPECT_EQ(to_value(7), Value(std::int64_t{7}));
  EXPECT_EQ(to_value(true), Value(std::int64_t{1}));
  EXPECT_EQ(to_value(false), Value(std::int64_t{0}));
  EXPECT_EQ(to_value(Time{9}), Value(std::int64_t{9}));
  EXPECT_EQ(to_value("0123"), Value(Text{"0123"})) << "digits stay a text";
  EXPECT_EQ(to_value(std::nullopt), Value(Null{}));
  EXPECT_EQ(to_value(Bytes{"\xff"}), Value(Bytes{"\xff"}));
  EXPECT_EQ(to_value(Color::green), Value(Text{"green"}));
  EXPECT_EQ(raw(to_value(Date{2024, 2, 29})), "2024-02-29");
}

TEST(ToValue, AnAbsentValueIsNull) {
  EXPECT_EQ(to_value(std::optional<int>()), Value(Null{}));
  EXPECT_EQ(to_value(std::optional<int>(3)), Value(std::int64_t{3}));
  const std::optional<std::string> empty("");
  EXPECT_EQ(to_value(empty), Value(Text{""})) << "an empty text is not NULL";
  const std::optional<Date> date(Date{2026, 1, 2});
  EXPECT_EQ(raw(to_value(date)), "2026-01-02");
}

TEST(ToValue, IdsAndKeysAreBytes) {
  const ContactId id = ContactId::make(Time{1});
  EXPECT_EQ(to_value(id), Value(id.uuid)) << "owned: an id may be a temporary";
  const ByteString key{std::string("\0\1", 2)};
  EXPECT_EQ(to_value(key), Value(Bytes{key.bytes}));
}

TEST(ToValue, OwnsTemporaries) {
  EXPECT_EQ(to_value(std::string("made")), Value(OwnedText{"made"}));
  EXPECT_EQ(to_value(Email{"a@b.example"}), Value(OwnedText{"a@b.example"}));
  EXPECT_EQ(to_value(std::optional(std::string("made"))), Value(OwnedText{"made"}));
  EXPECT_EQ(to_value(ByteString{"made"}), Value(OwnedBytes{"made"}));
  Values bound;
  Person person;
  person.name = "made";
  append_values(bound, Person::fields(), std::move(person));
  EXPECT_EQ(bound.at(1), Value(OwnedText{"made"}));
}

TEST(Values, AreInTheGivenOrder) {
  const std::string name = "Anna";
  const Values bound = values(std::int64_t{1}, name, std::nullopt);
  ASSERT_EQ(bound.size(), 3U);
  EXPECT_EQ(bound[1], Value(Text{"Anna"}));
}

TEST(Values, OfAnObjectAreItsStoredFieldsInOrder) {
  Person person;
  person.name = "Anna";
  person.favorite = true;
  person.shown = "not stored";
  Values bound;
  append_values(bound, Person::fields(), person);
  ASSERT_EQ(bound.size(), 7U);
  EXPECT_EQ(bound[1], Value(Text{"Anna"}));
  EXPECT_EQ(bound[2], Value(Null{}));
  EXPECT_EQ(bound[5], Value(std::int64_t{1}));
  EXPECT_EQ(stored_count(Person::fields()), 7);
}

TEST(SqlPieces, ConsistOfTheStoredFields) {
  EXPECT_EQ(column_list(Person::fields()), "rev, name, nick, born, email, favorite, created_at");
  EXPECT_EQ(column_list(Person::fields(), "c."),
            "c.rev, c.name, c.nick, c.born, c.email, c.favorite, c.created_at");
  EXPECT_EQ(parameter_list(Person::fields(), 3), "$3, $4, $5, $6, $7, $8, $9");
  EXPECT_EQ(assignment_list(Person::fields(), 9),
            "rev = $9, name = $10, nick = $11, born = $12, email = $13, favorite = $14, "
            "created_at = $15");
}

TEST(ColumnNumber, UsesTheHintOrFindsTheName) {
  const ColumnNames names{"a", "b", "c"};
  EXPECT_EQ(column_number(names, "b", 1), 1U);
  EXPECT_EQ(column_number(names, "c", 0), 2U) << "hint wrong";
  EXPECT_EQ(column_number(names, "a", 99), 0U) << "hint out of range";
  EXPECT_THROW((void)column_number(names, "d", 0), DatabaseError);
  EXPECT_THROW((void)column_number(names, "A", 0), DatabaseError) << "names are exact";
}

TEST(ReadRow, MapsByNameInAnyOrder) {
  const ColumnNames names{"created_at", "extra", "favorite", "email",
                          "born",       "nick",  "name",     "rev"};
  Rows rows(names);
  for (const bool favorite : {true, false}) {
    rows.add_integer(77);
    rows.add_bytes("ignored");
    rows.add_integer(favorite ? 1 : 0);
    rows.add_bytes("a@b");
    rows.add_bytes("2024-02-29");
    rows.add_null();
    rows.add_bytes("Anna");
    rows.add_integer(5);
  }
  const auto people = read_rows<Person>(rows);
  ASSERT_EQ(people.size(), 2U);
  EXPECT_EQ(people[0].rev, 5);
  EXPECT_EQ(people[0].name, "Anna");
  EXPECT_FALSE(people[0].nick);
  EXPECT_EQ(people[0].born, (Date{2024, 2, 29}));
  EXPECT_EQ(people[0].email.text, "a@b");
  EXPECT_TRUE(people[0].favorite);
  EXPECT_FALSE(people[1].favorite);
  EXPECT_EQ(people[0].created_at.micros, 77);
  EXPECT_EQ(people[0].shown, "");
}

TEST(ReadRow, ThrowsWhenAColumnIsMissing) {
  const ColumnNames names{"rev"};
  Rows rows(names);
  rows.add_integer(1);
  EXPECT_THROW((void)read_row<Person>(rows, 0), DatabaseError);
}

TEST(ReadColumn, ThrowsOnValuesOfAnotherType) {
  const ColumnNames names{"x"};
  Rows rows(names);
  rows.add_null();
  rows.add_bytes("2023-02-29");
  rows.add_bytes("too short for an id");
  EXPECT_THROW((void)read_column<int>(rows, "x"), DatabaseError);
  EXPECT_FALSE(read_column<std::optional<int>>(rows, "x"));
  EXPECT_THROW((void)read_column<Date>(rows, "x", 1), DatabaseError);
  EXPECT_THROW((void)read_column<AccountId>(rows, "x", 2), DatabaseError);
  EXPECT_THROW((void)read_column<int>(rows, "y"), DatabaseError);
}

TEST(ReadColumn, RoundTripsBoundValues) {
  const AccountId id = AccountId::make(Time{1});
  const ColumnNames names{"id", "name"};
  Rows rows(names);
  rows.add_bytes(id.uuid.bytes());
  rows.add_bytes("green");
  EXPECT_EQ(read_column<AccountId>(rows, "id"), id);
  EXPECT_EQ(read_column<Color>(rows, "name"), Color::green);
  EXPECT_EQ(read_column<std::string>(rows, "name"), "green");
}

}  // namespace
}  // namespace kith::store
