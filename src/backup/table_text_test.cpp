#include "backup/table_text.hpp"

#include <gtest/gtest.h>

#include "store/store.hpp"

namespace kith::backup {
namespace {

using store::ColumnType;

const store::Table table{.name = "t",
                         .columns = {"id", "n", "words"},
                         .types = {ColumnType::bytes, ColumnType::integer, ColumnType::text},
                         .key = {"id"}};

TEST(TableText, TheHeadingNamesTheColumns) {
  EXPECT_EQ(heading_of(table), "[\"id:bytes\",\"n:integer\",\"words:text\"]\n");
}

TEST(TableText, RowsRoundTrip) {
  for (const std::string line : {"[\"AP8\",-5,\"a\\nb\"]", "[null,null,null]", "[\"\",0,\"\"]",
                                 "[\"AA\",9223372036854775807,\"\\u0001\"]"}) {
    store::Rows rows(table.columns);
    read_line(rows, table, line);
    std::string text;
    append_line(text, table, rows, 0);
    EXPECT_EQ(text, line + "\n");
  }
}

TEST(TableText, InvalidRowsAreRefused) {
  for (const char* line :
       {"", "{}", "[\"AP8\",5]", "[\"AP8\",5,\"a\",1]", "[\"AP8\",5,\"a\"", "[\"AP8\",5.5,\"a\"]",
        "[\"AP8\",\"5\",\"a\"]", "[5,5,\"a\"]", "[\"AP8\",5,6]", "[\"A P8\",5,\"a\"]",
        "[\"AP8=\",5,\"a\"]", "[\"AP8\",9223372036854775808,\"a\"]", "[\"AP8\",5,\"a\"] x",
        "[\"AP8\",5,\"\xFF\"]"}) {
    store::Rows rows(table.columns);
    EXPECT_THROW(read_line(rows, table, line), store::DatabaseError) << line;
  }
}

TEST(TableText, InvalidUtf8IsNotWritten) {
  store::Rows rows(table.columns);
  rows.add_null();
  rows.add_null();
  rows.add_bytes("\xC3");
  std::string text;
  EXPECT_THROW(append_line(text, table, rows, 0), store::DatabaseError);
}

}  // namespace
}  // namespace kith::backup
