#pragma once

#include <cstddef>
#include <string_view>

namespace kith::contacts {

/// Returns the first position of `needle` in `text` at or after `from`; npos when there is none.
/// Gives the results of std::string_view::find and memmem, several times faster in a long text.
/// REQUIRES: `needle` is not empty.
std::size_t find_bytes(std::string_view text, std::string_view needle, std::size_t from);

}  // namespace kith::contacts
