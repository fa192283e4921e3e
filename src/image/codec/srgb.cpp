#include "image/codec/srgb.hpp"

#include <memory>
#include <type_traits>

#include <lcms2.h>

namespace kith::image {

namespace {

struct CloseProfile {
  void operator()(cmsHPROFILE profile) const { cmsCloseProfile(profile); }
};
using Profile = std::unique_ptr<std::remove_pointer_t<cmsHPROFILE>, CloseProfile>;

struct DeleteTransform {
  void operator()(cmsHTRANSFORM transform) const { cmsDeleteTransform(transform); }
};
using Transform = std::unique_ptr<std::remove_pointer_t<cmsHTRANSFORM>, DeleteTransform>;

bool is_grey(const Bitmap& bitmap) {
  for (std::size_t at = 0; at < bitmap.pixels.size(); at += Bitmap::pixel_bytes) {
    const std::uint8_t* const pixel = &bitmap.pixels[at];
    if (pixel[0] != pixel[1] || pixel[0] != pixel[2]) return false;
  }
  return true;
}

/// Returns how lcms reads the pixels with a profile for a colour space; 0: it cannot.
cmsUInt32Number format_of(const Bitmap& bitmap, cmsColorSpaceSignature space) {
  constexpr cmsUInt32Number grey_of_rgba =
      COLORSPACE_SH(PT_GRAY) | EXTRA_SH(3) | CHANNELS_SH(1) | BYTES_SH(1);
  if (bitmap.channels == Channels::cmyk) return space == cmsSigCmykData ? TYPE_CMYK_8 : 0;
  if (space == cmsSigRgbData) return TYPE_RGBA_8;
  return space == cmsSigGrayData && is_grey(bitmap) ? grey_of_rgba : 0;
}

/// Returns false if the profile is of no use. Works in place: lcms leaves the fourth byte alone.
bool convert_by_profile(Bitmap& bitmap, std::string_view bytes) {
  const Profile profile(
      cmsOpenProfileFromMem(bytes.data(), static_cast<cmsUInt32Number>(bytes.size())));
  if (!profile) return false;
  const cmsUInt32Number format = format_of(bitmap, cmsGetColorSpace(profile.get()));
  const Profile srgb(format != 0 ? cmsCreate_sRGBProfile() : nullptr);
  if (!srgb) return false;
  const Transform transform(cmsCreateTransform(profile.get(), format, srgb.get(), TYPE_RGBA_8,
                                               INTENT_RELATIVE_COLORIMETRIC, 0));
  if (!transform) return false;
  cmsDoTransform(transform.get(), bitmap.pixels.data(), bitmap.pixels.data(),
                 static_cast<cmsUInt32Number>(bitmap.size.pixels()));
  return true;
}

void mix_inks(Bitmap& bitmap) {
  for (std::size_t at = 0; at < bitmap.pixels.size(); at += Bitmap::pixel_bytes) {
    std::uint8_t* const pixel = &bitmap.pixels[at];
    const int without_black = 255 - pixel[opacity];
    for (std::size_t channel = 0; channel < opacity; ++channel) {
      pixel[channel] = static_cast<std::uint8_t>((255 - pixel[channel]) * without_black / 255);
    }
  }
}

}  // namespace

void to_srgb(Bitmap& bitmap, std::string_view profile) {
  const bool is_converted = !profile.empty() && convert_by_profile(bitmap, profile);
  if (bitmap.channels == Channels::rgba) return;
  if (!is_converted) mix_inks(bitmap);
  for (std::size_t at = opacity; at < bitmap.pixels.size(); at += Bitmap::pixel_bytes) {
    bitmap.pixels[at] = 255;
  }
  bitmap.channels = Channels::rgba;
}

}  // namespace kith::image
