#pragma once

#include "image/codec/bitmap.hpp"
#include "image/exif.hpp"

namespace kith::image {

/// Turns and mirrors a bitmap as its EXIF orientation says. 5 to 8 exchange width and height.
Bitmap upright(const Bitmap& from, int orientation);

}  // namespace kith::image
