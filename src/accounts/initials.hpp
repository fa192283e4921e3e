#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/ids.hpp"

namespace kith::accounts {

/// The name of the picture of an account that has none: its initials and a colour, written so that
/// whoever has the name can draw it: `41-4b-3` is a white AK on the fourth colour, `3` a figure for
/// a name without a letter. It tells of its account what it shows and nothing else.
std::string initials_of(std::string_view username, AccountId account);

/// The SVG of such a name, or nothing for any other text: one name a picture, one spelling a name,
/// and letters and digits are all that can stand in it.
std::optional<std::string> draw_initials(std::string_view name);

}  // namespace kith::accounts
