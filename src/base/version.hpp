#pragma once

#include <string_view>

namespace kith {

/// The version of the program (https://semver.org).
inline constexpr std::string_view version = KITH_VERSION;

/// The commit of the build; `unknown` outside a repository.
extern const std::string_view commit;

}  // namespace kith
