#include "backup/table_text.hpp"

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>

#include "base/text.hpp"
#include "crypto/base64url.hpp"
#include "json/write.hpp"
#include "store/store.hpp"

namespace kith::backup {

using store::Cell;
using store::ColumnType;
using store::DatabaseError;

namespace {

std::string_view name_of_type(ColumnType type) {
  switch (type) {
    case ColumnType::integer: return "integer";
    case ColumnType::text: return "text";
    default: return "bytes";
  }
}

void append_cell(std::string& out, const Cell& cell, ColumnType type) {
  if (cell.is_null()) {
    out += "null";
  } else if (type == ColumnType::integer) {
    json::write(out, cell.integer());
  } else if (type == ColumnType::text) {
    if (!is_valid_utf8(cell.bytes())) throw DatabaseError("a text is not valid UTF-8");
    json::write(out, cell.bytes());
  } else {
    out.push_back('"');
    crypto::append_base64url(out, cell.bytes());
    out.push_back('"');
  }
}

void add_cell(store::Rows& out, const boost::json::value& value, ColumnType type) {
  if (value.is_null()) return out.add_null();
  if (type == ColumnType::integer && value.is_int64()) return out.add_integer(value.get_int64());
  if (type != ColumnType::integer && value.is_string()) {
    const std::string_view text = value.get_string();
    if (type == ColumnType::text) return out.add_bytes(text);
    if (const auto bytes = crypto::decode_base64url(text)) return out.add_bytes(*bytes);
  }
  throw DatabaseError("a value does not have its column's type");
}

}  // namespace

std::string heading_of(const store::Table& table) {
  std::string out;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    out += i == 0 ? "[\"" : "\",\"";
    out.append(table.columns[i]).append(":").append(name_of_type(table.types[i]));
  }
  return out + "\"]\n";
}

void append_line(std::string& out, const store::Table& table, const store::Rows& rows,
                 std::size_t row) {
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    out.push_back(i == 0 ? '[' : ',');
    append_cell(out, rows.cell(row, i), table.types[i]);
  }
  out += "]\n";
}

void read_line(store::Rows& out, const store::Table& table, std::string_view line) {
  boost::json::monotonic_resource memory;
  boost::json::error_code error;
  const boost::json::value value = boost::json::parse(line, error, &memory);
  if (error || !value.is_array()) throw DatabaseError("a line is not a JSON array");
  const boost::json::array& cells = value.get_array();
  if (cells.size() != table.columns.size())
    throw DatabaseError("a row does not have one value per column");
  for (std::size_t i = 0; i < cells.size(); ++i) add_cell(out, cells[i], table.types[i]);
}

}  // namespace kith::backup
