#pragma once

#include <memory>
#include <string>

#include "base/result.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "base/workers.hpp"
#include "blob/blob_store.hpp"

namespace kith::blob {

/// A blob store with an asynchronous interface: calls run on dedicated threads behind bounded
/// queues. Reads do not wait for writes, which may hang on a remote service. Shared by all loops.
/// Errors are those of the store, and `unavailable` when a queue is full.
class Blobs {
 public:
  explicit Blobs(std::unique_ptr<BlobStore> store);

  /// Stores a blob as `BlobStore::put` does.
  Task<Result<void>> put(BlobName name, std::string bytes);

  /// Removes a blob as `BlobStore::remove` does.
  Task<Result<void>> remove(BlobName name);

  /// Returns a blob as `BlobStore::get` does.
  Task<Result<StoredBlob>> get(BlobName name, Time now);

  /// Returns the store itself, for use on a caller's own thread.
  BlobStore& store() { return *store_; }

  /// Returns the prefix as `BlobStore::public_base` does.
  std::string public_base() const { return store_->public_base(); }

 private:
  std::unique_ptr<BlobStore> store_;
  Workers writers_;
  Workers readers_;
};

}  // namespace kith::blob
