#pragma once

#include <cstdint>

namespace kith::image {

/// How `kith-image` ends, as its exit status.
enum class Verdict : std::uint8_t {
  made = 0,              ///< the avatar is on standard output
  not_a_picture = 10,    ///< none of the four types
  too_many_pixels = 11,  ///< over the limits on pixels, or over the edge's
  damaged = 12,          ///< cut off, or not decodable
  too_much_memory = 13,  ///< a progressive JPEG that cannot be held whole
  not_safe = 20,         ///< the limits of the process could not be set: nothing was decoded
  not_read = 21,         ///< standard input or output failed
};

}  // namespace kith::image
