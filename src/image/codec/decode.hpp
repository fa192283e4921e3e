#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "image/codec/bitmap.hpp"
#include "image/verdict.hpp"

namespace kith::image {

/// The part of a picture that a caller needs.
enum class Part : std::uint8_t { centre_square, whole };

/// What to decode. Large pictures are reduced while they are decoded, by an integer factor that
/// keeps the determining edge (of the square, or the longer edge of the whole picture) at
/// `edge_pixels_min` or more. So the edge of the result is below twice that, and the memory does
/// not grow with the picture.
struct Wanted {
  Part part = Part::centre_square;
  int edge_pixels_min = 0;

  /// Returns the factor for a picture of this size, 1 or more.
  int reduction_of(Size size) const;
};

/// A decoded picture, not yet upright and not yet in sRGB.
struct Picture {
  Bitmap bitmap;
  int orientation = 1;  ///< of EXIF, 1 to 8 (image/codec/orientation.hpp)
  std::string profile;  ///< ICC profile; empty: sRGB
};

using Decoded = std::expected<Picture, Verdict>;

/// Decodes a JPEG, PNG, WebP or GIF, recognised by its first bytes; of an animation, the first
/// frame. Checks the size before any pixel is decoded. A picture with missing pixels is `damaged`.
/// Throws std::bad_alloc.
Decoded decode(std::string_view picture, const Wanted& wanted);

/// The decoders of the formats. `decode_jpeg` and `decode_webp` let the library scale.
Decoded decode_jpeg(std::string_view jpeg, const Wanted& wanted);
Decoded decode_png(std::string_view png, const Wanted& wanted);
Decoded decode_webp(std::string_view webp, const Wanted& wanted);
Decoded decode_gif(std::string_view gif, const Wanted& wanted);

/// Returns whether a picture exceeds `pixels_max` or the limit of the edges.
bool is_too_large(Size size, int pixels_max);

}  // namespace kith::image
