#pragma once

#include <string>

#include "image/codec/bitmap.hpp"

namespace kith::image {

/// Encodes an RGBA bitmap as lossy WebP without metadata. `quality` is from 0 to 100. Throws
/// std::bad_alloc: libwebp fails for no other reason. REQUIRES: both edges are 1 to 16,383.
std::string encode_webp(const Bitmap& bitmap, float quality);

}  // namespace kith::image
