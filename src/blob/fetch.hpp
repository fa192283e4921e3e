#pragma once

#include <string>

#include "base/result.hpp"
#include "base/time.hpp"
#include "blob/blob_store.hpp"

namespace kith::blob {

/// Returns the bytes of a blob, and downloads them if the store only gives a URL. Blocks. Errors
/// are those of `BlobStore::get`.
Result<std::string> fetch(BlobStore& store, const BlobName& name, Time now);

}  // namespace kith::blob
