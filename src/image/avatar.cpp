#include "image/avatar.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <vips/vips.h>
// Not included by vips.h.
#include <vips/vector.h>
#include <webp/decode.h>
#include <webp/encode.h>

#include "base/limits.hpp"
#include "image/gif_frame.hpp"
#include "image/kind.hpp"

namespace kith::image {

namespace {

struct Unref {
  void operator()(VipsImage* image) const { g_object_unref(image); }
};
using Image = std::unique_ptr<VipsImage, Unref>;

struct Size {
  int width = 0;
  int height = 0;

  std::int64_t pixels() const { return std::int64_t{width} * height; }
  int shorter_edge() const { return std::min(width, height); }
};

Size size_of(const Image& image) {
  return {vips_image_get_width(image.get()), vips_image_get_height(image.get())};
}

/// The header of a WebP. Lossy WebPs are decoded at a fraction of their size; lossless and animated
/// WebPs are decoded as a whole.
struct WebpHeader {
  Size size;
  bool is_lossy;
};

/// Parses the header without libvips, which allocates all pixels together with the header.
std::optional<WebpHeader> webp_header_of(std::string_view picture) {
  constexpr int lossy = 1;
  WebPBitstreamFeatures features{};
  const auto* const bytes = reinterpret_cast<const std::uint8_t*>(picture.data());
  if (kind_of(picture) != Kind::webp ||
      WebPGetFeatures(bytes, picture.size(), &features) != VP8_STATUS_OK) {
    return std::nullopt;
  }
  return WebpHeader{{features.width, features.height}, features.format == lossy};
}

/// Returns the size in the header of a GIF or WebP, read without libvips; nothing for other kinds.
/// For a GIF with a doubtful canvas, libvips reports the extent of the frames instead; for a WebP,
/// it allocates all pixels to determine the size.
std::optional<Size> announced_size(std::string_view picture,
                                   const std::optional<WebpHeader>& webp) {
  if (webp) return webp->size;
  if (kind_of(picture) != Kind::gif) return std::nullopt;
  const auto canvas = canvas_of(picture);
  return canvas ? std::optional(Size{canvas->canvas_width, canvas->canvas_height}) : std::nullopt;
}

/// Returns whether a PNG has 16 bits per channel (RFC 2083, section 4.1.1).
bool has_16_bits(std::string_view png) {
  constexpr std::size_t bit_depth_at = 24;
  return png.size() > bit_depth_at && png[bit_depth_at] == 16;
}

/// Returns the pixel limit of a picture, which depends on the memory that decoding needs.
int most_pixels(std::string_view picture, const std::optional<WebpHeader>& webp) {
  const Kind kind = kind_of(picture);
  if (kind == Kind::jpeg || (webp && webp->is_lossy)) return limits::scaled_picture_pixels_max;
  return kind == Kind::png && !has_16_bits(picture) ? limits::png_pixels_max
                                                    : limits::picture_pixels_max;
}

bool has_too_many_pixels(Size size, int most) {
  return size.width > limits::picture_edge_pixels_max ||
         size.height > limits::picture_edge_pixels_max || size.pixels() > most;
}

/// Returns the memory that an interlaced picture needs at once, in bytes, since it cannot be
/// decoded line by line: for a JPEG the coefficients, two bytes each, otherwise the pixels.
std::uint64_t bytes_at_once(VipsImage* image, Kind kind) {
  if (vips_image_get_typeof(image, "interlaced") == 0) return 0;
  if (kind != Kind::jpeg) return VIPS_IMAGE_SIZEOF_IMAGE(image);
  const char* subsampling = "";
  const bool has_quarter_colors =
      vips_image_get_typeof(image, "jpeg-chroma-subsample") != 0 &&
      vips_image_get_string(image, "jpeg-chroma-subsample", &subsampling) == 0 &&
      std::string_view(subsampling) == "4:2:0" && vips_image_get_bands(image) == 3;
  const auto pixels = VIPS_IMAGE_N_PELS(image);
  return has_quarter_colors ? pixels * 3
                            : pixels * 2 * static_cast<unsigned>(vips_image_get_bands(image));
}

/// Returns how much of that fits beside the other memory for decoding, in bytes. A JPEG's
/// coefficients need no pixels beside them (libjpeg scales from them), so they may take more.
std::uint64_t most_bytes_at_once(Kind kind) {
  constexpr std::uint64_t coefficient_bytes_max = 144 * 1024 * 1024;
  return kind == Kind::jpeg ? coefficient_bytes_max : limits::picture_whole_bytes_max;
}

/// Opens the picture and reads its header. No pixel is decoded, but libvips allocates all pixels of
/// a WebP. `reduction` is an option of the loader such as `,shrink=2`. REQUIRES: `picture` outlives
/// the image.
Image open(std::string_view picture, const std::string& reduction) {
  const std::string options = "[fail_on=error" + reduction + "]";
  return Image(vips_image_new_from_buffer(picture.data(), picture.size(), options.c_str(), "access",
                                          VIPS_ACCESS_SEQUENTIAL, nullptr));
}

/// Returns the scale option for a WebP: the scaled picture is still large enough for an avatar.
/// Without this option, libvips would hold all pixels in addition to the decoder's.
std::string reduction_of(const std::optional<WebpHeader>& webp) {
  if (!webp) return {};
  const double scale = 2.0 * limits::avatar_edge_pixels / webp->size.shorter_edge();
  return scale < 1 ? ",scale=" + std::to_string(scale) : std::string();
}

/// Returns the shrink option for a JPEG: the largest factor by which libjpeg can divide its edges
/// without falling below those of an avatar.
std::string reduction_of_jpeg(Size size) {
  for (const int factor : {8, 4, 2}) {
    if (size.shorter_edge() >= factor * limits::avatar_edge_pixels) {
      return ",shrink=" + std::to_string(factor);
    }
  }
  return {};
}

/// Returns the centre of the picture, upright, and converted to sRGB if it has a colour profile.
/// The picture is cropped before it is scaled, so that a thin picture is not enlarged excessively
/// and a wide picture needs no memory for its ends.
Image square(const Image& image) {
  const bool has_profile = vips_image_get_typeof(image.get(), VIPS_META_ICC_NAME) != 0;
  const Size size = size_of(image);
  const int edge = size.shorter_edge();
  VipsImage* out = nullptr;
  vips_extract_area(image.get(), &out, (size.width - edge) / 2, (size.height - edge) / 2, edge,
                    edge, nullptr);
  const Image middle(std::exchange(out, nullptr));
  if (!middle) return nullptr;
  vips_thumbnail_image(
      middle.get(), &out, limits::avatar_edge_pixels, "height", limits::avatar_edge_pixels, "crop",
      VIPS_INTERESTING_CENTRE,
      // Null ends the list: converting sRGB to sRGB by profiles would shift colours.
      has_profile ? "export_profile" : nullptr, "srgb", nullptr);
  return Image(out);
}

/// Returns the image with the area outside of its first frame made transparent, as browsers show
/// it; libvips makes that area black. An image with transparency is already correct.
Image on_transparent_canvas(Image image, const GifFrame& frame) {
  if (frame.covers_canvas() || !frame.is_within_canvas()) return image;
  if (vips_image_hasalpha(image.get()) != 0) return image;
  VipsImage* out = nullptr;
  vips_extract_area(image.get(), &out, frame.left, frame.top, frame.width, frame.height, nullptr);
  const Image covered(std::exchange(out, nullptr));
  if (covered) vips_addalpha(covered.get(), &out, nullptr);
  const Image opaque(std::exchange(out, nullptr));
  if (!opaque) return nullptr;
  vips_embed(opaque.get(), &out, frame.left, frame.top, frame.canvas_width, frame.canvas_height,
             "extend", VIPS_EXTEND_BLACK, nullptr);  // black in all bands: transparent
  return Image(out);
}

/// Opens the whole picture, a JPEG at a fraction of its size. REQUIRES: `picture` outlives the
/// image.
Image canvas(std::string_view picture, Image opened) {
  const Kind kind = kind_of(picture);
  if (kind == Kind::jpeg) return open(picture, reduction_of_jpeg(size_of(opened)));
  const auto frame = kind == Kind::gif ? first_frame_of(picture) : std::nullopt;
  return frame ? on_transparent_canvas(std::move(opened), *frame) : std::move(opened);
}

/// Converts grey, CMYK and 16-bit channels to 8-bit sRGB.
Image to_rgb(const Image& image) {
  VipsImage* out = nullptr;
  if (image) vips_colourspace(image.get(), &out, VIPS_INTERPRETATION_sRGB, nullptr);
  const Image coloured(std::exchange(out, nullptr));
  if (coloured) vips_cast_uchar(coloured.get(), &out, nullptr);
  return Image(out);
}

/// Encodes with libwebp directly: libvips writes metadata even when disabled.
std::string encode(VipsImage* image) {
  std::size_t size = 0;
  const std::unique_ptr<void, decltype(&g_free)> pixels(vips_image_write_to_memory(image, &size),
                                                        &g_free);
  const auto* const from = static_cast<const std::uint8_t*>(pixels.get());
  const int bands = vips_image_get_bands(image);
  constexpr int edge = limits::avatar_edge_pixels;
  if (!from || (bands != 3 && bands != 4)) return {};
  if (size != static_cast<std::size_t>(edge * edge * bands)) return {};
  const auto webp_encode = bands == 3 ? &WebPEncodeRGB : &WebPEncodeRGBA;
  std::uint8_t* out = nullptr;
  size = webp_encode(from, edge, edge, edge * bands, limits::avatar_quality, &out);
  const std::unique_ptr<std::uint8_t, decltype(&WebPFree)> freed(out, &WebPFree);
  return {reinterpret_cast<const char*>(out), size};
}

}  // namespace

bool start_vips() {
  if (vips_init("kith-image") != 0) return false;
  vips_concurrency_set(1);
  vips_cache_set_max(0);
  vips_vector_set_enabled(0);  // its run-time code generation is forbidden in the sandbox
  vips_block_untrusted_set(1);
  vips_operation_block_set("VipsForeignLoad", 1);
  for (const char* loader : {"VipsForeignLoadJpeg", "VipsForeignLoadPng", "VipsForeignLoadWebp",
                             "VipsForeignLoadNsgif"}) {
    vips_operation_block_set(loader, 0);
  }
  return true;
}

std::expected<std::string, Verdict> make_avatar(std::string_view sent) {
  const Kind kind = kind_of(sent);
  if (!is_taken(kind)) return std::unexpected(Verdict::not_a_picture);
  std::string picture(sent);
  // Some cameras omit the end marker. A second marker is ignored, and libjpeg still reports missing
  // pixels.
  if (kind == Kind::jpeg) picture += "\xFF\xD9";
  const auto webp = webp_header_of(picture);
  if (kind == Kind::webp && !webp) return std::unexpected(Verdict::damaged);
  const int most = most_pixels(picture, webp);
  const auto announced = announced_size(picture, webp);
  if (announced && has_too_many_pixels(*announced, most)) {
    return std::unexpected(Verdict::too_many_pixels);
  }
  Image opened = open(picture, reduction_of(webp));
  if (!opened) return std::unexpected(Verdict::damaged);
  if (has_too_many_pixels(size_of(opened), most)) {
    return std::unexpected(Verdict::too_many_pixels);
  }
  if (bytes_at_once(opened.get(), kind) > most_bytes_at_once(kind)) {
    return std::unexpected(kind == Kind::jpeg ? Verdict::too_much_memory : Verdict::damaged);
  }
  const Image whole = canvas(picture, std::move(opened));
  const Image avatar = whole ? to_rgb(square(whole)) : nullptr;
  std::string made = avatar ? encode(avatar.get()) : "";
  // libvips fills missing parts of a picture with grey and continues; truncated pictures are
  // refused.
  const bool is_whole = *vips_error_buffer() == '\0';
  if (made.empty() || !is_whole) return std::unexpected(Verdict::damaged);
  return made;
}

}  // namespace kith::image
