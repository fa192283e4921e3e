#include "image/avatar.hpp"

#include <cstdint>
#include <memory>
#include <utility>

#include <vips/vips.h>
// Not among what vips.h includes.
#include <vips/vector.h>
#include <webp/encode.h>

#include "base/limits.hpp"
#include "image/kind.hpp"

namespace kith::image {

namespace {

struct Unref {
  void operator()(VipsImage* image) const { g_object_unref(image); }
};
using Image = std::unique_ptr<VipsImage, Unref>;

bool has_too_many_pixels(const VipsImage* image) {
  const auto width = static_cast<std::int64_t>(vips_image_get_width(image));
  const auto height = static_cast<std::int64_t>(vips_image_get_height(image));
  return width > limits::picture_edge_pixels_max || height > limits::picture_edge_pixels_max ||
         width * height > limits::picture_pixels_max;
}

/// Whether more would have to be in memory at once than there may be: an interlaced picture cannot
/// be decoded line by line. Told by the header, so that a small file costs no second of work.
bool is_too_much_at_once(VipsImage* image) {
  const bool is_interlaced = vips_image_get_typeof(image, "interlaced") != 0;
  return is_interlaced && VIPS_IMAGE_SIZEOF_IMAGE(image) > limits::picture_whole_bytes_max;
}

/// What the header says; no pixel is decoded.
Image open(std::string_view picture) {
  return Image(vips_image_new_from_buffer(picture.data(), picture.size(), "", "access",
                                          VIPS_ACCESS_SEQUENTIAL, nullptr));
}

/// The middle of the picture, upright; in sRGB where it brings a profile of its own colours.
Image square(std::string_view picture, bool has_profile) {
  VipsImage* out = nullptr;
  // libvips only reads the octets, whatever its signature says.
  void* octets = const_cast<char*>(picture.data());
  vips_thumbnail_buffer(octets, picture.size(), &out, limits::avatar_edge_pixels, "height",
                        limits::avatar_edge_pixels, "crop", VIPS_INTERESTING_CENTRE,
                        "option_string", "[fail_on=error]",
                        // Null ends the list: from sRGB to sRGB by profiles would shift colours.
                        has_profile ? "export_profile" : nullptr, "srgb", nullptr);
  return Image(out);
}

/// Grey, CMYK and 16 bits a channel as sRGB of 8 bits.
Image to_rgb(const Image& image) {
  VipsImage* out = nullptr;
  if (image) vips_colourspace(image.get(), &out, VIPS_INTERPRETATION_sRGB, nullptr);
  const Image coloured(std::exchange(out, nullptr));
  if (coloured) vips_cast_uchar(coloured.get(), &out, nullptr);
  return Image(out);
}

/// By libwebp itself: what libvips writes has metadata even when told to have none.
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
  vips_vector_set_enabled(0);  // it would write code at run time, which the sandbox forbids
  vips_block_untrusted_set(1);
  vips_operation_block_set("VipsForeignLoad", 1);
  for (const char* loader : {"VipsForeignLoadJpeg", "VipsForeignLoadPng", "VipsForeignLoadWebp",
                             "VipsForeignLoadNsgif"}) {
    vips_operation_block_set(loader, 0);
  }
  return true;
}

std::expected<std::string, Verdict> make_avatar(std::string_view picture) {
  if (!is_taken(kind_of(picture))) return std::unexpected(Verdict::not_a_picture);
  const Image header = open(picture);
  if (!header) return std::unexpected(Verdict::damaged);
  if (has_too_many_pixels(header.get())) return std::unexpected(Verdict::too_many_pixels);
  if (is_too_much_at_once(header.get())) return std::unexpected(Verdict::damaged);
  const bool has_profile = vips_image_get_typeof(header.get(), VIPS_META_ICC_NAME) != 0;
  const Image avatar = to_rgb(square(picture, has_profile));
  std::string webp = avatar ? encode(avatar.get()) : "";
  // libvips shows what is missing of a picture in grey, and goes on: one that is cut off is
  // refused.
  const bool is_whole = *vips_error_buffer() == '\0';
  if (webp.empty() || !is_whole) return std::unexpected(Verdict::damaged);
  return webp;
}

}  // namespace kith::image
