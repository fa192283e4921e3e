#pragma once

#include <vector>

#include "accounts/avatar_urls.hpp"
#include "accounts/avatars.hpp"
#include "http/router.hpp"

namespace kith::accounts {

/// The services used by the picture routes of one event loop.
struct AvatarServices {
  Avatars avatars;
  blob::Blobs& blobs;
  AvatarUrls urls;
};

/// Returns the picture routes. REQUIRES: `services` outlives the router; null if the table is only
/// described (OpenAPI).
std::vector<http::Route> routes(AvatarServices* services);

}  // namespace kith::accounts
