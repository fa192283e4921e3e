#pragma once

#include <cstddef>
#include <string_view>

namespace kith::contacts {

/// Where `needle` is found first in `text` from `from` on; npos when nowhere. What std::string_view
/// and memmem find, several times faster in a long text. REQUIRES: `needle` is not empty.
std::size_t find_bytes(std::string_view text, std::string_view needle, std::size_t from);

}  // namespace kith::contacts
