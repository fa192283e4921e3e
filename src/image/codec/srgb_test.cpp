#include "image/codec/srgb.hpp"

#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <lcms2.h>

namespace kith::image {

namespace {

/// Returns the bytes of a profile, and closes it.
std::string saved(cmsHPROFILE profile) {
  cmsUInt32Number size = 0;
  cmsSaveProfileToMem(profile, nullptr, &size);
  std::string out(size, '\0');
  cmsSaveProfileToMem(profile, out.data(), &size);
  cmsCloseProfile(profile);
  return out;
}

using Curve = std::unique_ptr<cmsToneCurve, decltype(&cmsFreeToneCurve)>;
Curve gamma(double exponent) { return {cmsBuildGamma(nullptr, exponent), &cmsFreeToneCurve}; }

/// A profile whose red and green are exchanged.
std::string exchanged_profile() {
  const Curve curve = gamma(2.2);
  cmsToneCurve* const curves[] = {curve.get(), curve.get(), curve.get()};
  const cmsCIExyY white{0.3127, 0.3290, 1};
  const cmsCIExyYTRIPLE primaries{{0.30, 0.60, 1}, {0.64, 0.33, 1}, {0.15, 0.06, 1}};
  return saved(cmsCreateRGBProfile(&white, &primaries, curves));
}

std::string linear_grey_profile() {
  const Curve curve = gamma(1);
  return saved(cmsCreateGrayProfile(cmsD50_xyY(), curve.get()));
}

Bitmap pixel(std::vector<std::uint8_t> bytes, Channels channels = Channels::rgba) {
  return {.size = {1, 1}, .channels = channels, .pixels = std::move(bytes)};
}

TEST(Srgb, StaysAsItIsWithoutAProfile) {
  Bitmap bitmap = pixel({10, 200, 30, 77});
  to_srgb(bitmap, "");
  EXPECT_EQ(bitmap.pixels, (std::vector<std::uint8_t>{10, 200, 30, 77}));
}

TEST(Srgb, AppliesAProfileAndKeepsTheOpacity) {
  Bitmap bitmap = pixel({0, 255, 0, 77});
  to_srgb(bitmap, exchanged_profile());
  EXPECT_GT(bitmap.pixels[0], 240);
  EXPECT_LT(bitmap.pixels[1], 20);
  EXPECT_EQ(bitmap.pixels[3], 77);
}

TEST(Srgb, AppliesAProfileForGrey) {
  Bitmap bitmap = pixel({55, 55, 55, 255});
  to_srgb(bitmap, linear_grey_profile());
  EXPECT_NEAR(bitmap.pixels[0], 128, 4);  // 21.6 % of the light
  EXPECT_NEAR(bitmap.pixels[1], 128, 4);
  EXPECT_NEAR(bitmap.pixels[2], 128, 4);
}

TEST(Srgb, IgnoresAProfileForGreyInAColourPicture) {
  Bitmap bitmap = pixel({10, 200, 30, 255});
  to_srgb(bitmap, linear_grey_profile());
  EXPECT_EQ(bitmap.pixels, (std::vector<std::uint8_t>{10, 200, 30, 255}));
}

TEST(Srgb, IgnoresDamagedProfiles) {
  const std::string profile = exchanged_profile();
  for (const std::string& bytes : {std::string("no profile"), profile.substr(0, 200)}) {
    Bitmap bitmap = pixel({10, 200, 30, 255});
    to_srgb(bitmap, bytes);
    EXPECT_EQ(bitmap.pixels, (std::vector<std::uint8_t>{10, 200, 30, 255}));
  }
}

TEST(Srgb, MixesInks) {
  Bitmap bitmap = pixel({255, 0, 128, 0}, Channels::cmyk);
  to_srgb(bitmap, exchanged_profile());  // a profile for RGB does not apply
  EXPECT_EQ(bitmap.pixels, (std::vector<std::uint8_t>{0, 255, 127, 255}));
  EXPECT_EQ(bitmap.channels, Channels::rgba);
  Bitmap black = pixel({0, 0, 0, 255}, Channels::cmyk);
  to_srgb(black, "");
  EXPECT_EQ(black.pixels, (std::vector<std::uint8_t>{0, 0, 0, 255}));
}

}  // namespace

}  // namespace kith::image
