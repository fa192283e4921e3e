#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "image/verdict.hpp"

namespace kith::image {

/// Initializes libvips with one worker thread and only the loaders for the four accepted kinds.
/// Returns false on failure. Opens files, so it must run before the sandbox is entered.
bool start_vips();

/// Makes an avatar as WebP: upright according to the EXIF orientation, in sRGB, the centre of the
/// picture scaled to a square of `limits::avatar_edge_pixels`, without metadata; of an animation,
/// the first frame. Checks the size before decoding pixels; decodes JPEG and lossy WebP at a
/// fraction of their size. Areas of a GIF outside of its first frame are transparent. REQUIRES:
/// `start_vips()`.
std::expected<std::string, Verdict> make_avatar(std::string_view picture);

}  // namespace kith::image
