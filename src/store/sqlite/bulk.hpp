#pragma once

#include <memory>
#include <string>

#include "store/bulk.hpp"

namespace kith::store::sqlite {

/// Begins a transaction on the file at `path`. REQUIRES: the file exists and has its schema. Throws
/// DatabaseError.
std::unique_ptr<Bulk> open_bulk(const std::string& path, BulkMode mode);

}  // namespace kith::store::sqlite
