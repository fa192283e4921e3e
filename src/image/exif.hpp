#pragma once

#include <string_view>

namespace kith::image {

/// Reads the orientation, 1 to 8, from EXIF data (EXIF 2.32, section 4.6.4: tag 0x0112 of the first
/// directory), with or without the leading `Exif` mark of JPEG. Returns 1, upright, if it is
/// missing or invalid.
int orientation_of(std::string_view exif);

}  // namespace kith::image
