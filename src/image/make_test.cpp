#include "image/make.hpp"

#include <string>

#include <gtest/gtest.h>

#include "image/codec/bitmap.hpp"
#include "image/codec/decode.hpp"
#include "image/codec/encode_jpeg.hpp"
#include "image/codec/encode_webp.hpp"
#include "image/header.hpp"
#include "image/limits.hpp"

namespace kith::image {

namespace {

using namespace std::string_literals;

Bitmap plain(Size size, std::uint8_t opacity = 255) {
  Bitmap bitmap{.size = size, .channels = Channels::rgba, .pixels = {}};
  bitmap.pixels.assign(static_cast<std::size_t>(size.pixels()) * 4, 40);
  for (std::size_t at = 3; at < bitmap.pixels.size(); at += 4) bitmap.pixels[at] = opacity;
  return bitmap;
}

Bitmap noise(Size size) {
  Bitmap bitmap = plain(size);
  std::uint32_t state = 1;
  for (std::size_t at = 0; at < bitmap.pixels.size(); ++at) {
    state = state * 1'664'525 + 1'013'904'223;
    if (at % 4 != 3) bitmap.pixels[at] = static_cast<std::uint8_t>(state >> 24 & 0x80 ? 255 : 0);
  }
  return bitmap;
}

std::string photo_of(const std::string& picture) {
  const auto made = make(Product::photo, picture);
  EXPECT_TRUE(made);
  return made.value_or("");
}

TEST(MakePhoto, ReducesThePictureInProportion) {
  EXPECT_EQ(dimensions_of(photo_of(encode_jpeg(plain({2000, 500}), 85))), (Dimensions{720, 180}));
  EXPECT_EQ(dimensions_of(photo_of(encode_jpeg(plain({500, 2000}), 85))), (Dimensions{180, 720}));
  EXPECT_EQ(dimensions_of(photo_of(encode_jpeg(plain({721, 721}), 85))), (Dimensions{720, 720}));
  EXPECT_EQ(dimensions_of(photo_of(encode_jpeg(plain({9000, 1}), 85))), (Dimensions{720, 1}));
}

TEST(MakePhoto, NeverEnlargesThePicture) {
  EXPECT_EQ(dimensions_of(photo_of(encode_jpeg(plain({30, 20}), 85))), (Dimensions{30, 20}));
}

TEST(MakePhoto, TurnsThePictureUpright) {
  std::string jpeg = encode_jpeg(plain({300, 20}), 85);
  jpeg.insert(2, "\xFF\xE1\0\x22"s +
                     "Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"s);
  const std::string photo = photo_of(jpeg);
  EXPECT_EQ(dimensions_of(photo), (Dimensions{20, 300}));
  EXPECT_FALSE(photo.contains("Exif"));
}

TEST(MakePhoto, LaysATransparentPictureOnWhite) {
  const std::string photo = photo_of(encode_webp(plain({16, 16}, 0), 80));
  const auto decoded = decode(photo, {.part = Part::whole, .edge_pixels_min = 16});
  ASSERT_TRUE(decoded);
  EXPECT_NEAR(*decoded->bitmap.at(8, 8), 255, 2);
}

TEST(MakePhoto, LowersTheQualityUntilItIsSmallEnough) {
  const std::string photo = photo_of(encode_jpeg(noise({720, 720}), 100));
  EXPECT_LE(photo.size(), photo_bytes_max);
  EXPECT_GT(photo.size(), photo_bytes_max / 3) << "the quality was lowered too far";
}

TEST(MakeSquare, CutsOutTheCentre) {
  const std::string picture = encode_jpeg(plain({500, 300}), 85);
  EXPECT_EQ(dimensions_of(make(Product::square_96, picture).value()), (Dimensions{96, 96}));
  EXPECT_EQ(dimensions_of(make(Product::square_250, picture).value()), (Dimensions{250, 250}));
}

TEST(Make, RefusesWhatIsNoPicture) {
  for (const Product product : {Product::photo, Product::square_96, Product::square_250}) {
    EXPECT_EQ(make(product, "just words").error(), Verdict::not_a_picture);
    const std::string jpeg = encode_jpeg(noise({64, 64}), 85);
    EXPECT_EQ(make(product, jpeg.substr(0, jpeg.size() / 2)).error(), Verdict::damaged);
  }
}

}  // namespace

}  // namespace kith::image
