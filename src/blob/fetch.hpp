#pragma once

#include <string>

#include "base/result.hpp"
#include "base/time.hpp"
#include "blob/blob_store.hpp"

namespace kith::blob {

/// The bytes of a blob, wherever the store has them. Blocks. Errors: as `BlobStore::get`.
Result<std::string> fetch(BlobStore& store, const BlobName& name, Time now);

}  // namespace kith::blob
