#pragma once

#include <string_view>

#include "image/codec/bitmap.hpp"

namespace kith::image {

/// Converts to sRGB with the picture's ICC profile, relative colorimetric. Without a profile, RGB
/// stays as it is, and inks are mixed as browsers mix them. So is a profile that cannot be read or
/// that is for other channels ignored. The opacity does not change.
void to_srgb(Bitmap& bitmap, std::string_view profile);

}  // namespace kith::image
