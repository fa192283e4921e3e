#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "base/time.hpp"
#include "cli/doctor.hpp"
#include "store/bulk.hpp"

namespace kith::cli {

/// A statement that counts what should not be. `$now` stands for the time, `$bytes` for the bytes
/// of `old_values`.
struct RowCheck {
  Health health;  ///< when there is any
  std::string_view what;
  std::string_view text;  ///< behind the number
  std::string_view count;
  std::string_view advice;
};

/// Of what the rows of different tables say of each other, and of the time.
std::span<const RowCheck> row_checks();

/// What a check finds; nothing where all is well. `bulk` has this program's schema. Throws
/// store::DatabaseError.
std::optional<Finding> examine_rows(store::Bulk& bulk, const RowCheck& check, Time now);

}  // namespace kith::cli
