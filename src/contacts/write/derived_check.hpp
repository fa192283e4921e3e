#pragma once

#include <cstddef>

#include "store/value.hpp"

namespace kith::contacts {

/// Whether older rules, or another version of ICU, have computed the derived columns of a contact:
/// a job recomputes them. `rows` have all columns of the table.
bool has_outdated_columns(const store::Rows& rows, std::size_t row);

/// Whether the derived columns of a contact are those of its fields; not so when another version of
/// ICU collates otherwise, or the row was damaged. `rows` have all columns of the table. Throws
/// store::DatabaseError for a row that cannot be read.
bool has_right_columns(const store::Rows& rows, std::size_t row);

}  // namespace kith::contacts
