#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "accounts/account.hpp"
#include "base/result.hpp"
#include "blob/blob_name.hpp"

namespace kith::accounts {

/// URL path prefixes of pictures on this server.
inline constexpr std::string_view avatars_path = "/avatars/";
inline constexpr std::string_view initials_path = "/avatars/initials/";

/// Returns the URL of a picture as stored in the database: `/avatars/NAME.webp`.
std::string stored_avatar_url(const blob::BlobName& name);

/// Returns the blob name in a stored URL, or nothing if `url` is not the URL of a stored picture.
std::optional<blob::BlobName> blob_of(std::string_view url);

/// Completes accounts with the URLs of their pictures.
struct AvatarUrls {
  bool gravatar = false;         ///< falls back to Gravatar, which then gets a hash of the address
  std::string public_base = {};  ///< `blob::BlobStore::public_base`

  /// Sets `avatar_url` to the URL that clients load: of the uploaded picture, or of the fallback.
  void complete(Account& account) const;

  /// Completes the account in a result, if there is one.
  template <class T>
  Result<T> shown(Result<T> account) const {
    if (account) complete(*account);
    return account;
  }
};

}  // namespace kith::accounts
