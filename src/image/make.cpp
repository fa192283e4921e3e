#include "image/make.hpp"

#include <algorithm>
#include <array>

#include "base/limits.hpp"
#include "image/codec/decode.hpp"
#include "image/codec/encode_jpeg.hpp"
#include "image/codec/encode_webp.hpp"
#include "image/codec/orientation.hpp"
#include "image/codec/resize.hpp"
#include "image/codec/srgb.hpp"
#include "image/limits.hpp"

namespace kith::image {

namespace {

/// JPEG qualities, tried in this order until the photo is small enough. Noise over the whole photo
/// fits at the last one; pictures of people fit at the first.
constexpr std::array photo_qualities{85, 75, 65, 50, 35, 20, 10};

Bitmap finished(const Picture& picture, Size size) {
  Bitmap bitmap = resize(picture.bitmap, size);
  to_srgb(bitmap, picture.profile);
  return upright(bitmap, picture.orientation);
}

std::expected<std::string, Verdict> make_square(std::string_view picture, int edge) {
  // Twice the edge, so that the fast reduction by an integer factor costs no sharpness.
  const Wanted wanted{.part = Part::centre_square, .edge_pixels_min = 2 * edge};
  const Decoded decoded = decode(picture, wanted);
  if (!decoded) return std::unexpected(decoded.error());
  return encode_webp(finished(*decoded, {edge, edge}), limits::avatar_quality);
}

/// Returns `size` reduced in proportion, so that no edge exceeds the limit of photos.
Size photo_size(Size size) {
  constexpr int edge_max = photo_edge_pixels_max;
  const int longer = size.longer_edge();
  if (longer <= edge_max) return size;
  const auto reduced = [&](int edge) {
    return std::max(1, (edge * edge_max + longer / 2) / longer);
  };
  return {reduced(size.width), reduced(size.height)};
}

std::expected<std::string, Verdict> make_photo(std::string_view picture) {
  // Not twice the edge: a whole picture of that size would need four times the memory.
  const Wanted wanted{.part = Part::whole, .edge_pixels_min = photo_edge_pixels_max};
  const Decoded decoded = decode(picture, wanted);
  if (!decoded) return std::unexpected(decoded.error());
  const Bitmap photo = on_white(finished(*decoded, photo_size(decoded->bitmap.size)));
  std::string jpeg;
  for (const int quality : photo_qualities) {
    jpeg = encode_jpeg(photo, quality);
    if (jpeg.size() <= photo_bytes_max) break;
  }
  return jpeg;
}

}  // namespace

std::expected<std::string, Verdict> make(Product product, std::string_view picture) {
  switch (product) {
    case Product::square_250: return make_square(picture, limits::avatar_edge_pixels);
    case Product::square_96: return make_square(picture, thumbnail_edge_pixels);
    case Product::photo: break;
  }
  return make_photo(picture);
}

}  // namespace kith::image
