#pragma once

#include <memory>
#include <string>

#include "blob/blob_store.hpp"

namespace kith::blob::local {

/// Returns a store in a folder, which is created (mode 0700) if it is missing. Throws
/// std::system_error.
std::unique_ptr<BlobStore> open(const std::string& folder);

}  // namespace kith::blob::local
