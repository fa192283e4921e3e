#pragma once

#include <string>
#include <string_view>

#include "app/settings.hpp"

namespace kith::app {

/// The keys of one installation, each derived from the secret for one purpose, so that a token of
/// one kind is never taken for another.
struct Keys {
  std::string tokens;            ///< signs access tokens
  std::string tokens_previous;   ///< still verifies; empty: none
  std::string cursors;           ///< signs list cursors and sync tokens
  std::string cursors_previous;  ///< still verifies; empty: none
};

/// The keys of the settings, or of `secret.key` in the data folder, which is made (mode 0600, 32
/// random bytes) when it is missing; of processes that start at once, all take the same. Throws
/// std::system_error, and std::runtime_error for a file that does not hold a key.
Keys load_keys(const Settings& settings);

}  // namespace kith::app
