#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"
#include "blob/blob_name.hpp"

namespace kith::blob {

/// A stored blob: its bytes, or a URL that serves them.
struct StoredBlob {
  std::string bytes;
  std::string location;  ///< a URL; empty: `bytes` holds the blob
};

/// A store for blobs. All calls block and are thread-safe. Every call may fail with `unavailable`
/// when the disk or the service fails; the log has the reason.
class BlobStore {
 public:
  virtual ~BlobStore() = default;

  /// Stores `bytes` under `name` durably, whole or not at all.
  virtual Result<void> put(const BlobName& name, std::string_view bytes) = 0;

  /// Removes a blob, and whatever a failed `put` has left. Succeeds if the blob does not exist.
  virtual Result<void> remove(const BlobName& name) = 0;

  /// Returns a blob. Errors: `not_found`, where the store can tell.
  virtual Result<StoredBlob> get(const BlobName& name, Time now) = 0;

  /// Returns the prefix of permanent public URLs, to which a name and `blob_suffix` are appended,
  /// or an empty string if blobs are read through this server.
  virtual std::string public_base() const = 0;
};

}  // namespace kith::blob
