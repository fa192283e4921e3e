#pragma once

#include <cstdint>

namespace kith::contacts {

/// The number of the address book that every account has.
inline constexpr std::int64_t default_book = 1;

}  // namespace kith::contacts
