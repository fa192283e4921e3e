#pragma once

#include <vector>

#include "accounts/avatar_urls.hpp"
#include "accounts/avatars.hpp"
#include "http/router.hpp"

namespace kith::accounts {

/// What the routes of pictures work with, for one loop.
struct AvatarServices {
  Avatars avatars;
  blob::Blobs& blobs;
  AvatarUrls urls;
};

/// The route table of pictures. REQUIRES: `rest` outlives the router; null for a table that is only
/// described.
std::vector<http::Route> routes(AvatarServices* services);

}  // namespace kith::accounts
