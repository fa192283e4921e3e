#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "accounts/account.hpp"
#include "base/result.hpp"
#include "blob/blob_name.hpp"

namespace kith::accounts {

/// The folders of pictures in addresses of this server.
inline constexpr std::string_view avatars_path = "/avatars/";
inline constexpr std::string_view initials_path = "/avatars/initials/";

/// Where a picture is as the store knows it: `/avatars/NAME.webp`.
std::string stored_avatar_url(const blob::BlobName& name);

/// The name of a picture that is stored as `url`; nothing if none is.
std::optional<blob::BlobName> blob_of(std::string_view url);

/// How accounts are shown with their pictures.
struct AvatarUrls {
  bool gravatar = false;         ///< who has none gets Gravatar's, and tells it their address so
  std::string public_base = {};  ///< `blob::BlobStore::public_base`

  /// Puts into `account` the address that clients are to load: of its own picture, or of the one
  /// that it has without.
  void complete(Account& account) const;

  /// The same for what an operation gave.
  template <class T>
  Result<T> shown(Result<T> account) const {
    if (account) complete(*account);
    return account;
  }
};

}  // namespace kith::accounts
