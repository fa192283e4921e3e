#pragma once

#include <memory>
#include <string>

#include "blob/blob_store.hpp"

namespace kith::blob::local {

/// A store that is a folder, which is made (mode 0700) if it is missing. Throws std::system_error.
std::unique_ptr<BlobStore> open(const std::string& folder);

}  // namespace kith::blob::local
