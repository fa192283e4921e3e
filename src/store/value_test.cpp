#include "store/value.hpp"

#include <cstdint>
#include <limits>
#include <string>
#include <thread>
#include <utility>
#include <variant>

#include <gtest/gtest.h>

#include "store/batch.hpp"
#include "store/store.hpp"

namespace kith::store {
namespace {

TEST(Cell, KnowsItsType) {
  EXPECT_TRUE(Cell().is_null());
  EXPECT_FALSE(Cell().is_integer());
  EXPECT_TRUE(Cell(std::int64_t{0}).is_integer());
  EXPECT_EQ(Cell(std::int64_t{-5}).integer(), -5);
  EXPECT_EQ(Cell(std::string_view("a")).bytes(), "a");
  EXPECT_FALSE(Cell(std::string_view()).is_null()) << "an empty text is not NULL";
}

TEST(Cell, ThrowsOnAnotherType) {
  EXPECT_THROW((void)Cell().integer(), DatabaseError);
  EXPECT_THROW((void)Cell().bytes(), DatabaseError);
  EXPECT_THROW((void)Cell(std::string_view("5")).integer(), DatabaseError);
  EXPECT_THROW((void)Cell(std::int64_t{5}).bytes(), DatabaseError);
}

TEST(Rows, HoldCellsRowByRow) {
  const ColumnNames names{"id", "name"};
  Rows rows(names);
  rows.add_integer(std::numeric_limits<std::int64_t>::min());
  rows.add_bytes("Łukasz");
  rows.add_null();
  rows.add_bytes("");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows.width(), 2U);
  EXPECT_FALSE(rows.empty());
  EXPECT_EQ(rows.cell(0, 0).integer(), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(rows.cell(0, 1).bytes(), "Łukasz");
  EXPECT_TRUE(rows.cell(1, 0).is_null());
  EXPECT_EQ(rows.cell(1, 1).bytes(), "");
}

TEST(Rows, KeepBytesUnchanged) {
  const ColumnNames names{"bytes"};
  const std::string bytes("\0\xff\0", 3);
  Rows rows(names);
  rows.add_bytes(bytes);
  rows.add_bytes(bytes);
  EXPECT_EQ(rows.cell(0, 0).bytes(), bytes);
  EXPECT_EQ(rows.cell(1, 0).bytes(), bytes);
}

TEST(Rows, OfAStatementWithoutResultAreEmpty) {
  EXPECT_EQ(Rows().size(), 0U);
  EXPECT_TRUE(Rows().empty());
  const ColumnNames none;
  EXPECT_EQ(Rows(none).size(), 0U);
}

TEST(Rows, MoveToAnotherThread) {
  const ColumnNames names{"a"};
  Rows rows(names);
  rows.add_bytes(std::string(1000, 'x'));
  std::thread([moved = std::move(rows)] {
    EXPECT_EQ(moved.cell(0, 0).bytes(), std::string(1000, 'x'));
  }).join();
}

// Seen with recomputed columns: all contacts of an account got those of one.
TEST(Batch, OwnsTextsAndBytesPassedByName) {
  static const Query query{"test.batch_owns", "select $1, $2"};
  Batch batch;
  {
    std::string text = "a text that is too long to be stored within a string";
    ByteString bytes{text};
    batch.add(query, text, bytes);
    text.assign(text.size(), 'x');
    bytes.bytes.assign(bytes.bytes.size(), 'x');
  }
  const Values& held = batch.statements()[0].values;
  EXPECT_EQ(std::get<OwnedText>(held[0]).text,
            "a text that is too long to be stored within a string");
  EXPECT_EQ(std::get<OwnedBytes>(held[1]).bytes, std::get<OwnedText>(held[0]).text);
}

}  // namespace
}  // namespace kith::store
