#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "image/verdict.hpp"

namespace kith::image {

/// Makes an avatar as WebP: upright according to the EXIF orientation, in sRGB, the centre of the
/// picture scaled to a square of `limits::avatar_edge_pixels`, without metadata; of an animation,
/// the first frame. The same picture always gives the same bytes. Throws std::bad_alloc.
std::expected<std::string, Verdict> make_avatar(std::string_view picture);

}  // namespace kith::image
