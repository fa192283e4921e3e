#pragma once

#include <string>
#include <string_view>

#include "app/settings.hpp"

namespace kith::app {

/// The keys of an installation, each derived from the secret for a single purpose, so that a token
/// is never valid for another purpose.
struct Keys {
  std::string tokens;            ///< signs access tokens
  std::string tokens_previous;   ///< still verifies; may be empty
  std::string cursors;           ///< signs list cursors and sync tokens
  std::string cursors_previous;  ///< still verifies; may be empty
  std::string links;             ///< signs links of photos
  std::string links_previous;    ///< still verifies; may be empty
};

/// Loads the keys from the settings, or from `secret.key` in the data folder, which is created
/// (mode 0600, 32 random bytes) if it is missing; processes that start concurrently use the same
/// file. Throws std::system_error, and std::runtime_error for a file without a valid key.
Keys load_keys(const Settings& settings);

}  // namespace kith::app
