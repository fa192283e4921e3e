#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "image/verdict.hpp"

namespace kith::image {

/// Readies libvips: one thread of work, and of all its loaders the four of `Kind`. False when it
/// does not start. Opens files: before the sandbox.
bool start_vips();

/// The avatar of a picture as WebP: upright as its camera says, sRGB, the middle of it filling a
/// square of `limits::avatar_edge_pixels`; of several frames the first; with no metadata. Its size
/// is looked at before a pixel is decoded; JPEG and lossy WebP are decoded at a fraction of it.
/// What the first frame of a GIF leaves uncovered is transparent. REQUIRES: `start_vips()`.
std::expected<std::string, Verdict> make_avatar(std::string_view picture);

}  // namespace kith::image
