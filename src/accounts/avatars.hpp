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

/// The pictures of accounts. The database says which blobs there may be: a blob's row is written
/// before it is put and deleted after it is removed, so that a crash leaves work for
/// `purge_avatars` and never a picture that nobody knows of, nor an account whose picture is gone.
class Avatars {
 public:
  /// REQUIRES: all outlive this.
  Avatars(store::Store& store, image::Converter& converter, blob::Blobs& blobs)
      : store_(store), converter_(converter), blobs_(blobs) {}

  /// Makes `picture` the account's, in the place of any other. Errors: as
  /// `image::Converter::make_avatar`; `not_found` when the account is gone; `unavailable` from the
  /// store or the blob store: the account is as it was then. REQUIRES: the bytes of `picture`
  /// outlive the task.
  Task<Result<Account>> replace(AccountId account, std::string_view picture, Time now);

  /// Takes the account's picture away, if it has one. Errors: `unavailable` from the store.
  Task<Result<void>> remove(AccountId account, Time now);

 private:
  Task<Result<Account>> adopt(AccountId account, const blob::BlobName& name, Time now);
  Task<void> take_away(std::vector<blob::BlobName> names);

  store::Store& store_;
  image::Converter& converter_;
  blob::Blobs& blobs_;
};

/// Takes away the blobs that are nobody's picture: replaced ones, those of erased accounts, and
/// those whose account has not taken them within `limits::unused_avatar_age`; how many. Errors:
/// `unavailable`, after the rest has been done.
Task<Result<int>> purge_avatars(store::Store& store, blob::Blobs& blobs, Time now);

}  // namespace kith::accounts
