#include "image/header.hpp"

#include <string>

#include <gtest/gtest.h>

#include "image/codec/bitmap.hpp"
#include "image/codec/encode_jpeg.hpp"
#include "image/codec/encode_webp.hpp"

namespace kith::image {

namespace {

using namespace std::string_literals;

Bitmap plain(int width, int height) {
  Bitmap bitmap{.size = {width, height}, .channels = Channels::rgba, .pixels = {}};
  bitmap.pixels.assign(static_cast<std::size_t>(bitmap.size.pixels()) * 4, 200);
  return bitmap;
}

/// An EXIF segment with an orientation, behind the start of a JPEG.
std::string with_orientation(std::string jpeg, char orientation) {
  std::string exif = "\xFF\xE1\0\x22"s + "Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0"s;
  exif += orientation;
  exif += "\0\0\0\0\0\0"s;
  return jpeg.insert(2, exif);
}

TEST(ImageHeader, HasTheSizeOfEachFormat) {
  EXPECT_EQ(dimensions_of(encode_jpeg(plain(300, 20), 85)), (Dimensions{300, 20}));
  EXPECT_EQ(dimensions_of(encode_webp(plain(300, 20), 80)), (Dimensions{300, 20}));
  const std::string png =
      "\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR\0\0\x01\x2C\0\0\0\x14\x08\x02\0\0\0\0\0\0\0"s;
  EXPECT_EQ(dimensions_of(png), (Dimensions{300, 20}));
  EXPECT_EQ(dimensions_of("GIF89a\x2C\x01\x14\0"s), (Dimensions{300, 20}));
  const std::string extended = "RIFF\0\0\0\0WEBPVP8X\x0A\0\0\0\0\0\0\0\x2B\x01\0\x13\0\0\0\0"s;
  EXPECT_EQ(dimensions_of(extended), (Dimensions{300, 20}));
  const std::string lossless = "RIFF\0\0\0\0WEBPVP8L\x0A\0\0\0\x2F\x2B\xC1\x04\0\0\0\0\0\0\0\0"s;
  EXPECT_EQ(dimensions_of(lossless), (Dimensions{300, 20}));
}

TEST(ImageHeader, IsThatOfTheUprightPicture) {
  const std::string jpeg = encode_jpeg(plain(300, 20), 85);
  EXPECT_EQ(dimensions_of(with_orientation(jpeg, 3)), (Dimensions{300, 20}));
  EXPECT_EQ(dimensions_of(with_orientation(jpeg, 6)), (Dimensions{20, 300}));
}

TEST(ImageHeader, IsNothingIfItIsDamaged) {
  const std::string jpeg = encode_jpeg(plain(300, 20), 85);
  for (std::size_t size = 0; size < 100; ++size) {
    static_cast<void>(dimensions_of(jpeg.substr(0, size)));
    static_cast<void>(dimensions_of(with_orientation(jpeg, 6).substr(0, size)));
  }
  EXPECT_EQ(dimensions_of(jpeg.substr(0, 40)), std::nullopt);
  EXPECT_EQ(dimensions_of("GIF89a\0\0\x14\0"s), std::nullopt);
  EXPECT_EQ(dimensions_of("just some words that are longer than a header"), std::nullopt);
  EXPECT_EQ(dimensions_of({}), std::nullopt);
  EXPECT_EQ(dimensions_of("\xFF\xD8\xFF"s + std::string(100'000, '\xFF')), std::nullopt);
}

TEST(ImageHeader, HasALimitOfSegments) {
  std::string jpeg = "\xFF\xD8"s;
  for (int n = 0; n < segments_max; ++n) jpeg += "\xFF\xFE\0\x02"s;
  jpeg += encode_jpeg(plain(300, 20), 85).substr(2);
  EXPECT_EQ(dimensions_of(jpeg), std::nullopt);
  EXPECT_EQ(dimensions_of(jpeg.erase(2, 100)), (Dimensions{300, 20}));
}

}  // namespace

}  // namespace kith::image
