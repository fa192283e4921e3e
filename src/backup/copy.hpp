#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "backup/progress.hpp"
#include "store/bulk.hpp"

namespace kith::backup {

/// A table that is identical on both sides.
struct CopiedTable {
  std::string name;
  std::int64_t rows = 0;
  std::string sha256_hex;  ///< of its rows as text (table_text.hpp)
};

/// Replaces all data of `to` with the data of `from`, compares checksums of both sides, and
/// commits: whole or not at all. Blocks. Throws std::runtime_error, store::DatabaseError,
/// Interrupted. REQUIRES: both have this program's schema.
std::vector<CopiedTable> copy(store::Bulk& from, store::Bulk& to, Progress& progress);

}  // namespace kith::backup
