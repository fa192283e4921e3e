#include "image/codec/encode_jpeg.hpp"

#include <gtest/gtest.h>

#include "image/codec/decode.hpp"

namespace kith::image {

namespace {

Bitmap plain(Size size, std::vector<std::uint8_t> pixel) {
  Bitmap bitmap{.size = size, .channels = Channels::rgba, .pixels = {}};
  for (std::int64_t n = 0; n < size.pixels(); ++n) {
    bitmap.pixels.insert(bitmap.pixels.end(), pixel.begin(), pixel.end());
  }
  return bitmap;
}

TEST(EncodeJpeg, CanBeDecodedAgain) {
  const auto picture = decode_jpeg(encode_jpeg(plain({33, 7}, {200, 100, 50, 255}), 85),
                                   {.part = Part::whole, .edge_pixels_min = 33});
  ASSERT_TRUE(picture);
  EXPECT_EQ(picture->bitmap.size, (Size{33, 7}));
  EXPECT_TRUE(picture->profile.empty());
  const std::uint8_t* const pixel = picture->bitmap.at(16, 3);
  EXPECT_NEAR(pixel[0], 200, 4);
  EXPECT_NEAR(pixel[1], 100, 4);
  EXPECT_NEAR(pixel[2], 50, 4);
}

TEST(EncodeJpeg, IsSmallerWithLessQuality) {
  Bitmap noise = plain({64, 64}, {0, 0, 0, 255});
  std::uint32_t state = 1;
  for (std::uint8_t& each : noise.pixels) {
    state = state * 1'664'525 + 1'013'904'223;
    each = static_cast<std::uint8_t>(state >> 24);
  }
  EXPECT_LT(encode_jpeg(noise, 20).size(), encode_jpeg(noise, 85).size());
  EXPECT_EQ(encode_jpeg(noise, 85), encode_jpeg(noise, 85));
}

TEST(OnWhite, MixesByTheOpacity) {
  const Bitmap mixed = on_white(plain({1, 1}, {200, 0, 100, 128}));
  EXPECT_EQ(mixed.pixels, (std::vector<std::uint8_t>{227, 127, 177, 255}));
  EXPECT_EQ(on_white(plain({1, 1}, {200, 0, 100, 0})).pixels,
            (std::vector<std::uint8_t>{255, 255, 255, 255}));
  EXPECT_EQ(on_white(plain({1, 1}, {200, 0, 100, 255})).pixels,
            (std::vector<std::uint8_t>{200, 0, 100, 255}));
}

}  // namespace

}  // namespace kith::image
