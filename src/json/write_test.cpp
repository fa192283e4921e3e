#include "json/write.hpp"

#include <limits>
#include <random>
#include <string>
#include <tuple>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "base/date.hpp"
#include "base/email.hpp"
#include "base/text.hpp"
#include "json/read.hpp"

namespace kith::json {
namespace {

using namespace std::string_literals;
using Pair = std::tuple<std::string, std::string>;

class JsonText : public testing::TestWithParam<Pair> {};

TEST_P(JsonText, IsEscapedAsLittleAsTheRfcAllows) {
  const auto& [text, expected] = GetParam();
  EXPECT_EQ(to_json(text), expected);
  EXPECT_EQ(std::string(boost::json::parse(to_json(text)).as_string()), text);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, JsonText,
    testing::Values(Pair{"", R"("")"}, Pair{"plain", R"("plain")"}, Pair{"\"", R"("\"")"},
                    Pair{"a\\b", R"("a\\b")"}, Pair{"a/b", R"("a/b")"},
                    Pair{"\n\r\t", R"("\n\r\t")"}, Pair{"\b\f", R"("\u0008\u000c")"},
                    Pair{"a\0b"s, R"("a\u0000b")"}, Pair{"\x1f\x01", R"("\u001f\u0001")"},
                    Pair{"\x7f", "\"\x7f\""}, Pair{"Łukasz 李 🎂", "\"Łukasz 李 🎂\""},
                    Pair{"\u2028", "\"\u2028\""}, Pair{"\"\"\"", R"("\"\"\"")"},
                    Pair{"</script>", R"("</script>")"}));

TEST(JsonWrite, AppendsToTheText) {
  std::string out = "x";
  write(out, "y");
  write(out, true);
  EXPECT_EQ(out, "x\"y\"true");
}

TEST(JsonWrite, WritesNumbersAndFlags) {
  EXPECT_EQ(to_json(0), "0");
  EXPECT_EQ(to_json(-7), "-7");
  EXPECT_EQ(to_json(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
  EXPECT_EQ(to_json(std::numeric_limits<std::int64_t>::max()), "9223372036854775807");
  EXPECT_EQ(to_json(true), "true");
  EXPECT_EQ(to_json(false), "false");
}

TEST(JsonWrite, WritesListsAndNulls) {
  EXPECT_EQ(to_json(std::vector<int>{}), "[]");
  EXPECT_EQ(to_json(std::vector<std::string>{"a", "\""}), R"(["a","\""])");
  EXPECT_EQ(to_json(std::optional<int>()), "null");
  EXPECT_EQ(to_json(std::optional<int>(3)), "3");
}

struct Everything {
  std::string text;
  std::string notes;
  bool flag = false;
  int number = 0;
  Date date;
  Time time;
  Email email{"a@b"};
  std::optional<std::string> maybe_text;
  std::optional<bool> maybe_flag;
  std::optional<int> maybe_number;
  std::optional<Date> maybe_date;
  std::optional<Email> maybe_email;

  bool operator==(const Everything&) const = default;

  static constexpr auto fields() {
    using E = Everything;
    return kith::fields(
        field("text", &E::text, {.required = true}), field("notes", &E::notes, {.multiline = true}),
        field("flag", &E::flag), field("number", &E::number), field("date", &E::date),
        field("time", &E::time), field("email", &E::email), field("maybe_text", &E::maybe_text),
        field("maybe_flag", &E::maybe_flag), field("maybe_number", &E::maybe_number),
        field("maybe_date", &E::maybe_date), field("maybe_email", &E::maybe_email));
  }
};

struct Group {
  Everything first;
  std::vector<Everything> others;
  static constexpr auto fields() {
    return kith::fields(field("first", &Group::first), field("others", &Group::others));
  }
};

TEST(JsonWrite, ObjectsHaveTheFieldsOfTheirListInOrder) {
  Everything object;
  object.text = "A \"B\"";
  object.maybe_number = -3;
  object.email = {"o'hara+\\@b"};
  EXPECT_EQ(to_json(object),
            R"({"text":"A \"B\"","notes":"","flag":false,"number":0,"date":"1970-01-01",)"
            R"("time":"1970-01-01T00:00:00.000000Z","email":"o'hara+\\@b","maybe_text":null,)"
            R"("maybe_flag":null,"maybe_number":-3,"maybe_date":null,"maybe_email":null})");
}

TEST(JsonWrite, ObjectsNest) {
  const Group group{{}, {{}, {}}};
  const auto parsed = boost::json::parse(to_json(group));
  EXPECT_EQ(parsed.at("first").at("date").as_string(), "1970-01-01");
  EXPECT_EQ(parsed.at("others").as_array().size(), 2U);
}

/// Random values with a fixed seed: the same on every run and machine.
class Randomly {
 public:
  explicit Randomly(unsigned seed) : random_(seed) {}

  int below(int end) { return static_cast<int>(random_() % static_cast<unsigned>(end)); }
  bool coin() { return below(2) == 0; }

  /// Returns a text as texts are stored: in NFC, without white space at the ends or repeated
  /// blanks.
  std::string text(bool multiline) {
    static const std::vector<std::string> pieces{"a",  "Z",  "0", "\"", "\\", "/", "é", "Ł", "й",
                                                 "李", "🎂", "م", "<",  "&",  "'", "%", "_", " x"};
    std::string out = "t";
    for (int left = below(20); left > 0; --left) {
      out += multiline && below(5) == 0
                 ? "\n"
                 : pieces[static_cast<std::size_t>(below(static_cast<int>(pieces.size())))];
    }
    if (out.ends_with('\n')) out += '.';
    return out;
  }

  template <class T>
  std::optional<T> maybe(T value) {
    return coin() ? std::optional<T>(std::move(value)) : std::nullopt;
  }

  Date date() { return Date::from_days(below(500'000) - 100'000); }

  Everything everything() {
    Everything made;
    made.text = text(false);
    made.notes = text(true);
    made.flag = coin();
    made.number = static_cast<int>(random_());
    made.date = date();
    made.time = {static_cast<std::int64_t>(random_()) * 1'000'003};
    made.email = {"x" + std::to_string(random_()) + "@example.org"};
    made.maybe_text = maybe(text(false));
    made.maybe_flag = maybe(coin());
    made.maybe_number = maybe(below(1000) - 500);
    made.maybe_date = maybe(date());
    made.maybe_email = maybe(Email{"a'b@bücher.example"});
    return made;
  }

 private:
  std::mt19937 random_;
};

TEST(JsonRoundTrip, ValuesRoundTrip) {
  Randomly random(20261124);
  for (int i = 0; i < 3000; ++i) {
    const Everything object = random.everything();
    const std::string text = to_json(object);
    ASSERT_TRUE(is_valid_utf8(text));
    const auto read_back = read<Everything>(text, Time{});
    ASSERT_TRUE(read_back) << text << read_back.error().detail;
    ASSERT_EQ(*read_back, object) << text;
    ASSERT_EQ(to_json(*read_back), text);
  }
}

TEST(JsonRoundTrip, MergingAllFieldsGivesTheObject) {
  Randomly random(42);
  for (int i = 0; i < 1000; ++i) {
    const Everything from = random.everything();
    const Everything to = random.everything();
    const auto merged = merge(from, to_json(to), Time{});
    ASSERT_TRUE(merged);
    ASSERT_EQ(*merged, to);
  }
}

TEST(JsonRoundTrip, ADamagedByteNeverCrashes) {
  Randomly random(7);
  for (int i = 0; i < 3000; ++i) {
    std::string text = to_json(random.everything());
    const auto at = static_cast<std::size_t>(random.below(static_cast<int>(text.size())));
    text[at] = static_cast<char>(random.below(256));
    const auto result = read<Everything>(text, Time{});
    if (result) continue;
    for (const FieldError& error : result.error().fields) ASSERT_TRUE(is_valid_utf8(error.field));
    ASSERT_TRUE(is_valid_utf8(result.error().detail)) << text;
  }
}

}  // namespace
}  // namespace kith::json
