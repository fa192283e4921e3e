#pragma once

#include <cstddef>

#include "base/page_reads.hpp"
#include "store/value.hpp"

namespace kith::store {

/// About how many bytes the values of a row take as JSON, with their names.
std::size_t row_bytes(const Rows& rows, std::size_t row);

/// Takes the rows of a read for `page` and drops those that do not fit. Returns whether the list
/// has ended: there were fewer rows than the read asked for.
bool take_rows(PageReads& page, Rows& rows);

}  // namespace kith::store
