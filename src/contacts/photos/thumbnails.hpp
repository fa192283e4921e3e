#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "blob/blobs.hpp"
#include "image/product.hpp"
#include "store/store.hpp"

namespace kith::contacts {

/// Which thumbnail: of a photo, in an account. Accounts do not share thumbnails, so that none can
/// find out whether another has a photo.
struct ThumbnailKey {
  AccountId owner;
  std::string photo_hash;  ///< SHA-256 of the image
  int edge = 0;            ///< in pixels
};

/// Stores the thumbnails of photos as blobs. The database lists all of them: a row is inserted
/// before its blob is stored and deleted after the blob was removed, so there are no unlisted blobs
/// after a crash.
class Thumbnails {
 public:
  /// REQUIRES: both outlive this.
  Thumbnails(store::Store& store, blob::Blobs& blobs) : store_(store), blobs_(blobs) {}

  /// Stores a thumbnail; nullopt: none can be made of the photo, which is noted so that it is not
  /// tried again. Best effort: a failure is logged, and the thumbnail is made again when it is
  /// needed.
  Task<void> keep(ThumbnailKey key, std::optional<std::string> webp, Time now);

  /// Forgets a thumbnail whose blob is missing.
  Task<void> forget(ThumbnailKey key);

  /// Removes the thumbnails of a photo unless another contact of the account has it. Best effort:
  /// the job `purge_thumbnails` does the same.
  Task<void> remove_unused(AccountId owner, std::string photo_hash);

 private:
  store::Store& store_;
  blob::Blobs& blobs_;
};

/// Removes unused thumbnails: those of deleted accounts, those that were not stored within
/// `limits::unused_avatar_age`, and those of photos that no contact has any more. Each run checks a
/// part of the names, so that every thumbnail is checked within `image::thumbnail_sweep_time` if
/// the job runs every ten minutes. Returns the number of removed ones. Errors: `unavailable`, after
/// trying the others (at most `limits::blob_failures_max` failures).
Task<Result<int>> purge_thumbnails(store::Store& store, blob::Blobs& blobs, Time now);

}  // namespace kith::contacts
