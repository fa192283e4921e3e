#include "image/codec/decode.hpp"

#include "base/limits.hpp"
#include "image/kind.hpp"

namespace kith::image {

int Wanted::reduction_of(Size size) const {
  const int edge = part == Part::centre_square ? size.shorter_edge() : size.longer_edge();
  return std::max(1, edge / edge_pixels_min);
}

bool is_too_large(Size size, int pixels_max) {
  return size.longer_edge() > limits::picture_edge_pixels_max || size.pixels() > pixels_max;
}

Decoded decode(std::string_view picture, const Wanted& wanted) {
  switch (kind_of(picture)) {
    case Kind::jpeg: return decode_jpeg(picture, wanted);
    case Kind::png: return decode_png(picture, wanted);
    case Kind::webp: return decode_webp(picture, wanted);
    case Kind::gif: return decode_gif(picture, wanted);
    case Kind::svg:
    case Kind::heif:
    case Kind::pdf:
    case Kind::unknown: break;
  }
  return std::unexpected(Verdict::not_a_picture);
}

}  // namespace kith::image
