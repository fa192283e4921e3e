#pragma once

#include <memory>
#include <string>

#include "base/result.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "base/workers.hpp"
#include "blob/blob_store.hpp"

namespace kith::blob {

/// A blob store as coroutines see it: its calls run on threads of their own behind bounded queues.
/// Reads do not wait for writes, which may hang on a service elsewhere. Shared by all loops. Errors
/// as the store's, and `unavailable` when a queue is full.
class Blobs {
 public:
  explicit Blobs(std::unique_ptr<BlobStore> store);

  /// As `BlobStore::put`.
  Task<Result<void>> put(BlobName name, std::string bytes);

  /// As `BlobStore::remove`.
  Task<Result<void>> remove(BlobName name);

  /// As `BlobStore::get`.
  Task<Result<StoredBlob>> get(BlobName name, Time now);

  /// The store itself, for a thread of one's own.
  BlobStore& store() { return *store_; }

  /// As `BlobStore::public_base`.
  std::string public_base() const { return store_->public_base(); }

 private:
  std::unique_ptr<BlobStore> store_;
  Workers writers_;
  Workers readers_;
};

}  // namespace kith::blob
