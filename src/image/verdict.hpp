#pragma once

#include <cstdint>

namespace kith::image {

/// The exit statuses of `kith-image`.
enum class Verdict : std::uint8_t {
  made = 0,              ///< the product is on standard output
  not_a_picture = 10,    ///< not of the four accepted kinds
  too_many_pixels = 11,  ///< exceeds the limit of pixels or of the edge
  damaged = 12,          ///< truncated, or not decodable
  too_much_memory = 13,  ///< a progressive JPEG too large to hold in memory
  not_safe = 20,         ///< the sandbox could not be entered: nothing was decoded
  not_read = 21,         ///< standard input or output failed, or the argument is unknown
};

}  // namespace kith::image
