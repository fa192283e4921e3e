#pragma once

#include <memory>

#include "store/bulk.hpp"
#include "store/postgres/url.hpp"

namespace kith::store::postgres {

/// Begins a transaction on the database at `url`. REQUIRES: the database has its schema. Throws
/// DatabaseError.
std::unique_ptr<Bulk> open_bulk(const Url& url, BulkMode mode);

}  // namespace kith::store::postgres
