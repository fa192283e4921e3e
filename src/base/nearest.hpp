#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace kith {

/// Returns the candidate closest to a mistyped `word` by edit distance (insertions, deletions,
/// substitutions and swaps of neighbours), if the distance is at most a third of its length.
/// Returns nothing if no candidate is that close, or for words over `limits::suggestion_bytes_max`.
/// Compares bytes.
std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates);

}  // namespace kith
