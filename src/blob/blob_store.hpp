#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"
#include "blob/blob_name.hpp"

namespace kith::blob {

/// What a store gives for a name: the bytes, or an address where they are.
struct StoredBlob {
  std::string bytes;
  std::string location;  ///< empty: `bytes` it is
};

/// Where blobs are kept. All calls block, and may come from several threads at once. Errors of all:
/// `unavailable` when the disk or the service fails; the log has the reason.
class BlobStore {
 public:
  virtual ~BlobStore() = default;

  /// Keeps `bytes` under `name` for good, whole or not at all.
  virtual Result<void> put(const BlobName& name, std::string_view bytes) = 0;

  /// Takes a blob away with whatever a `put` that failed has left; one that is not there is gone.
  virtual Result<void> remove(const BlobName& name) = 0;

  /// Errors: `not_found`, where that can be told.
  virtual Result<StoredBlob> get(const BlobName& name, Time now) = 0;

  /// What stands before a name and `blob_suffix` in an address that everybody can read for good;
  /// empty: blobs are read through this server.
  virtual std::string public_base() const = 0;
};

}  // namespace kith::blob
