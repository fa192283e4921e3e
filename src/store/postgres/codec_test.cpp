#include "store/postgres/codec.hpp"

#include <cstdint>
#include <limits>
#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/rows.hpp"
#include "store/store.hpp"

namespace kith::store::postgres {
namespace {

using testing::HasSubstr;

constexpr Oid bool_type = 16;
constexpr Oid bytea_type = 17;
constexpr Oid int8_type = 20;
constexpr Oid int2_type = 21;
constexpr Oid int4_type = 23;
constexpr Oid text_type = 25;
constexpr Oid float8_type = 701;

Described taking(std::vector<Oid> parameters) {
  return {.name = "kith0",
          .query = "test.query",
          .parameters = std::move(parameters),
          .columns = {},
          .types = {}};
}

std::string octets_of(const Parameters& parameters, int number) {
  const char* pointer = parameters.pointers()[number];
  return pointer ? std::string(pointer, static_cast<std::size_t>(parameters.sizes()[number]))
                 : "null";
}

std::string bytes(std::initializer_list<int> numbers) {
  std::string out;
  for (const int each : numbers) out.push_back(static_cast<char>(each));
  return out;
}

TEST(PostgresCodec, WritesNumbersAsTheServerExpectsThem) {
  const auto statement = taking({int8_type, int4_type, int2_type, bool_type, int8_type});
  const Values values{std::int64_t{258}, std::int64_t{-2}, std::int64_t{-32768}, std::int64_t{1},
                      Null{}};
  ASSERT_FALSE(mismatch(statement, values));
  const Parameters parameters(statement, values);
  ASSERT_EQ(parameters.count(), 5);
  EXPECT_EQ(octets_of(parameters, 0), bytes({0, 0, 0, 0, 0, 0, 1, 2}));
  EXPECT_EQ(octets_of(parameters, 1), bytes({255, 255, 255, 254}));
  EXPECT_EQ(octets_of(parameters, 2), bytes({128, 0}));
  EXPECT_EQ(octets_of(parameters, 3), bytes({1}));
  EXPECT_EQ(octets_of(parameters, 4), "null");
  for (int i = 0; i < parameters.count(); ++i) EXPECT_EQ(parameters.formats()[i], 1);
}

TEST(PostgresCodec, WritesBytesUnchanged) {
  const auto statement = taking({text_type, bytea_type, text_type});
  const std::string zero("a\0b", 3);
  const Values values{Text{"Zoë"}, Bytes{zero}, Text{{}}};
  ASSERT_FALSE(mismatch(statement, values));
  const Parameters parameters(statement, values);
  EXPECT_EQ(octets_of(parameters, 0), "Zoë");
  EXPECT_EQ(octets_of(parameters, 1), zero);
  EXPECT_EQ(octets_of(parameters, 2), "") << "empty is not NULL";
}

TEST(PostgresCodec, RefusesValuesThatDoNotFit) {
  const auto refused = [](Oid type, Value value) {
    Values values;
    values.push_back(std::move(value));
    return mismatch(taking({type}), values).value_or("");
  };
  EXPECT_THAT(refused(int4_type, std::int64_t{1} << 31), HasSubstr("test.query: $1"));
  EXPECT_THAT(refused(int2_type, std::int64_t{32768}), HasSubstr("$1"));
  EXPECT_THAT(refused(bool_type, std::int64_t{2}), HasSubstr("$1"));
  EXPECT_THAT(refused(text_type, std::int64_t{1}), HasSubstr("$1"));
  EXPECT_THAT(refused(bytea_type, Text{"a"}), HasSubstr("$1"));
  EXPECT_THAT(refused(text_type, Bytes{"a"}), HasSubstr("$1"));
  EXPECT_EQ(refused(int2_type, std::int64_t{32767}), "");
  EXPECT_EQ(refused(float8_type, Null{}), "");
  EXPECT_THAT(mismatch(taking({int8_type, int8_type}), Values{}).value_or(""),
              HasSubstr("takes 2 parameters, not 0"));
}

/// A result as libpq receives it from the server, in the binary format.
class Result {
 public:
  explicit Result(const std::vector<Oid>& types)
      : result_(PQmakeEmptyPGresult({}, PGRES_TUPLES_OK)) {
    std::vector<PGresAttDesc> columns;
    for (const Oid type : types) {
      columns.push_back({const_cast<char*>("c"), 0, 0, 1, type, -1, -1});
    }
    PQsetResultAttrs(result_.get(), static_cast<int>(columns.size()), columns.data());
  }

  void set(int row, int column, std::string bytes) {
    PQsetvalue(result_.get(), row, column, bytes.data(), static_cast<int>(bytes.size()));
  }
  void set_null(int row, int column) { PQsetvalue(result_.get(), row, column, nullptr, -1); }

  const PGresult* get() const { return result_.get(); }

 private:
  std::unique_ptr<PGresult, decltype([](PGresult* result) { PQclear(result); })> result_;
};

TEST(PostgresCodec, ReadsTheFormatOfTheServer) {
  const std::vector<Oid> types{int8_type, int4_type, int2_type, bool_type, text_type, bytea_type};
  const Described statement{.name = "kith0",
                            .query = "test.query",
                            .parameters = {},
                            .columns = {"a", "b", "c", "d", "e", "f"},
                            .types = types};
  Result result(types);
  result.set(0, 0, bytes({128, 0, 0, 0, 0, 0, 0, 0}));
  result.set(0, 1, bytes({255, 255, 255, 255}));
  result.set(0, 2, bytes({127, 255}));
  result.set(0, 3, bytes({1}));
  result.set(0, 4, "Zoë");
  result.set(0, 5, std::string("\0x", 2));
  for (int column = 0; column < 6; ++column) result.set_null(1, column);
  const Rows rows = read_result(statement, result.get());
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(read_column<std::int64_t>(rows, "a"), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(read_column<std::int64_t>(rows, "b"), -1);
  EXPECT_EQ(read_column<std::int64_t>(rows, "c"), 32767);
  EXPECT_EQ(read_column<std::int64_t>(rows, "d"), 1);
  EXPECT_EQ(read_column<std::string>(rows, "e"), "Zoë");
  EXPECT_EQ(read_column<std::string>(rows, "f"), std::string("\0x", 2));
  EXPECT_FALSE(read_column<std::optional<std::string>>(rows, "e", 1));
}

TEST(PostgresCodec, RefusesUnknownTypes) {
  EXPECT_FALSE(is_known(float8_type));
  const Described statement{.name = "kith0",
                            .query = "test.query",
                            .parameters = {},
                            .columns = {"a"},
                            .types = {float8_type}};
  Result result({float8_type});
  result.set(0, 0, "12345678");
  EXPECT_THROW(read_result(statement, result.get()), DatabaseError);
  Result wider({int8_type, int8_type});
  wider.set(0, 0, "12345678");
  EXPECT_THROW(read_result(statement, wider.get()), DatabaseError)
      << "other columns than at the start";
}

}  // namespace
}  // namespace kith::store::postgres
