#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "image/product.hpp"
#include "image/verdict.hpp"

namespace kith::image {

/// Makes a product of a picture: upright according to the EXIF orientation, in sRGB, without
/// metadata; of an animation, the first frame. The same picture always gives the same bytes. Throws
/// std::bad_alloc.
///
/// A square is the centre of the picture scaled to its edge, as WebP. A photo is the whole picture,
/// reduced to at most `photo_edge_pixels_max` along its edges and never enlarged, as a
/// baseline JPEG of at most `photo_bytes_max` on a white ground.
std::expected<std::string, Verdict> make(Product product, std::string_view picture);

}  // namespace kith::image
