#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "base/time.hpp"
#include "cli/doctor.hpp"
#include "store/bulk.hpp"

namespace kith::cli {

/// A statement that counts faulty rows. `$now` stands for the time, `$bytes` for the
/// size of `old_values` in bytes.
struct RowCheck {
  Health health;  ///< if the count is not 0
  std::string_view what;
  std::string_view text;  ///< before the count
  std::string_view count;
  std::string_view advice;
};

/// The checks of consistency between tables, and of times.
std::span<const RowCheck> row_checks();

/// Runs a check. Returns nothing if it finds no fault. REQUIRES: `bulk` has this program's schema.
/// Throws store::DatabaseError.
std::optional<Finding> examine_rows(store::Bulk& bulk, const RowCheck& check, Time now);

}  // namespace kith::cli
