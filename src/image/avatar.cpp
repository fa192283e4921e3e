#include "image/avatar.hpp"

#include "base/limits.hpp"
#include "image/codec/decode.hpp"
#include "image/codec/encode_webp.hpp"
#include "image/codec/orientation.hpp"
#include "image/codec/resize.hpp"
#include "image/codec/srgb.hpp"

namespace kith::image {

std::expected<std::string, Verdict> make_avatar(std::string_view picture) {
  constexpr int edge = limits::avatar_edge_pixels;
  // Twice the edge, so that the fast reduction by an integer factor costs no sharpness.
  const Wanted wanted{.part = Part::centre_square, .edge_pixels_min = 2 * edge};
  const Decoded decoded = decode(picture, wanted);
  if (!decoded) return std::unexpected(decoded.error());
  Bitmap avatar = resize(decoded->bitmap, {edge, edge});
  to_srgb(avatar, decoded->profile);
  return encode_webp(upright(avatar, decoded->orientation), limits::avatar_quality);
}

}  // namespace kith::image
