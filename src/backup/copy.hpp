#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "backup/progress.hpp"
#include "store/bulk.hpp"

namespace kith::backup {

/// A table that is the same on both sides.
struct CopiedTable {
  std::string name;
  std::int64_t rows = 0;
  std::string sha256_hex;  ///< of its rows as text (table_text.hpp)
};

/// Puts all that `from` has in the place of all that `to` has, reads it back and compares the sums
/// of both sides, and commits: whole or not at all. Both have this program's schema. Blocks. Throws
/// std::runtime_error, store::DatabaseError, Interrupted.
std::vector<CopiedTable> copy(store::Bulk& from, store::Bulk& to, Progress& progress);

}  // namespace kith::backup
