#pragma once

#include <memory>

#include "store/bulk.hpp"
#include "store/postgres/url.hpp"

namespace kith::store::postgres {

/// A transaction on the database at `url`, which has its schema. Throws DatabaseError.
std::unique_ptr<Bulk> open_bulk(const Url& url, BulkMode mode);

}  // namespace kith::store::postgres
