#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace kith {

/// The candidate that a mistyped `word` was probably meant to be: the one at the smallest edit
/// distance (insertions, deletions, substitutions and swaps of neighbours), if that is at most a
/// third of its length. Nothing when no candidate is that close, and for words over
/// `limits::suggestion_bytes_max`. Compares bytes.
std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates);

}  // namespace kith
