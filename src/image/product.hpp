#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace kith::image {

/// What `kith-image` makes of a picture. The name is the only argument of the program.
enum class Product : std::uint8_t {
  square_250,  ///< the centre as WebP, 250 x 250 pixels: avatars, thumbnails of contacts
  square_96,   ///< the centre as WebP, 96 x 96 pixels: thumbnails in lists
  photo,       ///< all of it as JPEG, for the PHOTO of a card
};

/// Returns the names of the products.
constexpr std::array<std::string_view, 3> names_of(Product) {
  return {"square-250", "square-96", "photo"};
}

}  // namespace kith::image
