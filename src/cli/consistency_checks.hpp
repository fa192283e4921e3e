#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/time.hpp"
#include "cli/doctor.hpp"
#include "store/bulk.hpp"

namespace kith::cli {

/// A statement that counts faulty rows. `$now` stands for the time in microseconds, `$bytes_max`
/// for KITH_ACCOUNT_BYTES_MAX.
struct ConsistencyCheck {
  Health health;  ///< if the count is not 0
  std::string_view what;
  std::string_view text;  ///< before the count
  std::string_view count;
  std::string_view advice;
};

/// The checks of `kith doctor` for rows that contradict others, are of the future, or report failed
/// work.
std::span<const ConsistencyCheck> consistency_checks();

/// What the checks compare rows with.
struct CheckContext {
  Time now;
  std::int64_t account_bytes_max = 0;  ///< 0: no limit
};

/// Runs a check. Returns nothing if it finds no fault. REQUIRES: `bulk` has this program's schema.
/// Throws store::DatabaseError.
std::optional<Finding> run_check(store::Bulk& bulk, const ConsistencyCheck& check,
                                 const CheckContext& context);

}  // namespace kith::cli
