#pragma once

#include <cstddef>
#include <span>

#include "base/page_reads.hpp"
#include "store/value.hpp"

namespace kith::store {

/// Returns the approximate size of a row as JSON in bytes, names included.
std::size_t row_bytes(const Rows& rows, std::size_t row);

/// Takes the rows of a read for `page` and drops those that do not fit. Returns whether the list
/// has ended, which is when the read returned fewer rows than requested. `more` has the bytes that
/// the answer takes for each row besides its values; empty: none.
bool take_rows(PageReads& page, Rows& rows, std::span<const std::size_t> more = {});

}  // namespace kith::store
