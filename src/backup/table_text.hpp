#pragma once

#include <string>
#include <string_view>

#include "store/bulk.hpp"

/// Rows of tables as JSON Lines (https://jsonlines.org): an array per row, in order of the columns.
/// Integers are numbers, texts are strings, and bytes are base64url strings (RFC 4648, section 5).
namespace kith::backup {

/// Returns the first line, which describes the columns: `["account_id:bytes","rev:integer"]`.
std::string heading_of(const store::Table& table);

/// Appends row `row` of `rows` as a line. Throws store::DatabaseError for a text that is not valid
/// UTF-8, which means that the database is damaged.
void append_line(std::string& out, const store::Table& table, const store::Rows& rows,
                 std::size_t row);

/// Adds the row of a line, given without its newline. Throws store::DatabaseError for a malformed
/// line.
void read_line(store::Rows& out, const store::Table& table, std::string_view line);

}  // namespace kith::backup
