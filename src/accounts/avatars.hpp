#pragma once

#include <string_view>
#include <vector>

#include "accounts/account.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "blob/blobs.hpp"
#include "image/converter.hpp"
#include "store/store.hpp"

namespace kith::accounts {

/// Stores the pictures of accounts. The database lists all blobs: a row is inserted before its blob
/// is stored and deleted after the blob was removed. After a crash `purge_avatars` cleans up; there
/// are never unlisted blobs or accounts with a missing picture.
class Avatars {
 public:
  /// REQUIRES: all arguments outlive this.
  Avatars(store::Store& store, image::Converter& converter, blob::Blobs& blobs)
      : store_(store), converter_(converter), blobs_(blobs) {}

  /// Sets the account's picture and deletes the previous one. Errors: as
  /// `image::Converter::make`; `not_found` when the account is gone; `unavailable` from the
  /// store or the blob store. On error the account is unchanged. REQUIRES: the bytes of `picture`
  /// outlive the task.
  Task<Result<Account>> replace(AccountId account, std::string_view picture, Time now);

  /// Deletes the account's picture, if it has one. Errors: `unavailable` from the store.
  Task<Result<void>> remove(AccountId account, Time now);

 private:
  Task<Result<Account>> adopt(AccountId account, const blob::BlobName& name, Time now);
  Task<void> take_away(std::vector<blob::BlobName> names);

  store::Store& store_;
  image::Converter& converter_;
  blob::Blobs& blobs_;
};

/// Removes unused blobs: replaced pictures, those of deleted accounts, and those that were not
/// adopted within `limits::unused_avatar_age`. Returns their number. Errors: `unavailable`, after
/// trying the others (at most `limits::blob_failures_max` failures).
Task<Result<int>> purge_avatars(store::Store& store, blob::Blobs& blobs, Time now);

}  // namespace kith::accounts
