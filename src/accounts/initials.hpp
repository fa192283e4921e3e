#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/ids.hpp"

namespace kith::accounts {

/// Returns the name of the generated picture of an account: its initials and a colour, which is all
/// that is needed to draw it. `41-4b-3` is a white AK on the fourth colour, `3` a silhouette for a
/// username without letters. It reveals nothing else about the account.
std::string initials_of(std::string_view username, AccountId account);

/// Returns the SVG for a name made by `initials_of`, or nothing for any other text. Each picture
/// has exactly one valid name, and only letters and digits can appear in it.
std::optional<std::string> draw_initials(std::string_view name);

}  // namespace kith::accounts
