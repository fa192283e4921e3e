#pragma once

#include <string>

#include "image/codec/bitmap.hpp"

namespace kith::image {

/// Returns an RGBA bitmap laid on a white ground: JPEG has no opacity.
Bitmap on_white(Bitmap bitmap);

/// Encodes an RGBA bitmap as baseline JPEG (4:2:0, JFIF) without metadata; the opacity is ignored.
/// `quality` is from 1 to 100. Throws std::bad_alloc: libjpeg fails for no other reason. REQUIRES:
/// both edges are 1 to 65,500.
std::string encode_jpeg(const Bitmap& bitmap, int quality);

}  // namespace kith::image
