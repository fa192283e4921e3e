#pragma once

#include <memory>

#include "blob/blob_store.hpp"
#include "blob/blob_url.hpp"

namespace kith::blob::s3 {

/// A store that is a bucket of S3 or of what speaks like it, addressed by path. The bucket may be
/// private: readers get signed addresses. REQUIRES: a URL of the scheme s3.
std::unique_ptr<BlobStore> open(const BlobUrl& url);

}  // namespace kith::blob::s3
