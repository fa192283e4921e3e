#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace kith::contacts {

/// The orders of a list. Each has a database index.
enum class Sort : std::uint8_t {
  favorites,  ///< favourites first, then by name
  name,
  created,  ///< newest first
  updated,  ///< newest first
};

/// The names of `Sort` in the API.
constexpr std::array<std::string_view, 4> names_of(Sort) {
  return {"favorites", "name", "created", "updated"};
}

}  // namespace kith::contacts
