#include "image/codec/orientation.hpp"

#include <cstring>
#include <utility>

namespace kith::image {

Bitmap upright(const Bitmap& from, int orientation) {
  const bool is_transposed = orientation >= 5;
  const bool is_flipped_across = orientation == 2 || orientation == 3 || orientation >= 7;
  const bool is_flipped_down =
      orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  Bitmap out{.size = from.size, .channels = from.channels, .pixels = from.pixels};
  if (is_transposed) std::swap(out.size.width, out.size.height);
  for (int y = 0; y < out.size.height; ++y) {
    for (int x = 0; x < out.size.width; ++x) {
      const int across = is_transposed ? y : x;
      const int down = is_transposed ? x : y;
      std::memcpy(out.at(x, y),
                  from.at(is_flipped_across ? from.size.width - 1 - across : across,
                          is_flipped_down ? from.size.height - 1 - down : down),
                  Bitmap::pixel_bytes);
    }
  }
  return out;
}

}  // namespace kith::image
