#pragma once

namespace kith::cli {

/// What the program exits with if a command has failed, and if its arguments are wrong.
inline constexpr int failed = 1;
inline constexpr int wrong_usage = 2;

}  // namespace kith::cli
