#pragma once

#include <string>
#include <string_view>

#include "store/bulk.hpp"

/// Rows of tables as lines of JSON (https://jsonlines.org): an array a row, in order of the
/// columns. An integer is a number, a text a string, bytes a string in base64url (RFC 4648,
/// section 5).
namespace kith::backup {

/// The line that says what the others hold: `["account_id:bytes","rev:integer"]`.
std::string heading_of(const store::Table& table);

/// Appends row `row` of `rows` as a line. Throws store::DatabaseError for a text that is none (the
/// file was damaged).
void append_line(std::string& out, const store::Table& table, const store::Rows& rows,
                 std::size_t row);

/// Adds the row that a line, without its end, tells. Throws store::DatabaseError for any other
/// text.
void read_line(store::Rows& out, const store::Table& table, std::string_view line);

}  // namespace kith::backup
