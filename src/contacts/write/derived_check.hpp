#pragma once

#include <cstddef>

#include "store/value.hpp"

namespace kith::contacts {

/// Returns whether the derived columns of a contact were computed by older rules or another version
/// of ICU, so that a job must recompute them. REQUIRES: `rows` have all columns of the table.
bool has_outdated_columns(const store::Rows& rows, std::size_t row);

/// Returns whether the derived columns of a contact match its fields. They differ when another
/// version of ICU collates differently or the row is damaged. Throws store::DatabaseError for a row
/// that cannot be read. REQUIRES: `rows` have all columns of the table.
bool has_right_columns(const store::Rows& rows, std::size_t row);

}  // namespace kith::contacts
