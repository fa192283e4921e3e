#pragma once

#include "image/codec/bitmap.hpp"

namespace kith::image {

/// Scales to exactly `size`. Each axis is shrunk by area averaging (every source pixel counts by
/// the area that it covers) and enlarged by linear interpolation, in work linear in the pixels.
/// Averages the sRGB values as they are, as browsers do. Transparent pixels do not bleed into their
/// neighbours.
Bitmap resize(const Bitmap& from, Size size);

}  // namespace kith::image
