#pragma once

#include <memory>

#include "blob/blob_store.hpp"
#include "blob/blob_url.hpp"

namespace kith::blob::s3 {

/// Returns a store in an S3-compatible bucket that is addressed by path. The bucket may be private:
/// readers get presigned URLs. REQUIRES: a URL of the scheme s3.
std::unique_ptr<BlobStore> open(const BlobUrl& url);

}  // namespace kith::blob::s3
