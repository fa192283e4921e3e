#include "image/codec/resize.hpp"

#include <gtest/gtest.h>

namespace kith::image {

namespace {

Bitmap row_of(std::vector<std::uint8_t> pixels, Channels channels = Channels::rgba) {
  const int width = static_cast<int>(pixels.size() / Bitmap::pixel_bytes);
  return {.size = {width, 1}, .channels = channels, .pixels = std::move(pixels)};
}

TEST(Resize, AveragesByCoveredArea) {
  const Bitmap three = row_of({0, 0, 0, 255, 90, 90, 90, 255, 240, 240, 240, 255});
  EXPECT_EQ(resize(three, {1, 1}).pixels, (std::vector<std::uint8_t>{110, 110, 110, 255}));
  // Each target pixel covers one and a half: (0 + 45) / 1.5 and (45 + 240) / 1.5.
  EXPECT_EQ(resize(three, {2, 1}).pixels,
            (std::vector<std::uint8_t>{30, 30, 30, 255, 190, 190, 190, 255}));
}

TEST(Resize, TransparentPixelsDoNotBleed) {
  const Bitmap half = row_of({200, 0, 0, 255, 0, 255, 0, 0});
  EXPECT_EQ(resize(half, {1, 1}).pixels, (std::vector<std::uint8_t>{200, 0, 0, 128}));
}

TEST(Resize, InksHaveNoOpacity) {
  const Bitmap inks = row_of({200, 0, 0, 0, 0, 100, 0, 0}, Channels::cmyk);
  EXPECT_EQ(resize(inks, {1, 1}).pixels, (std::vector<std::uint8_t>{100, 50, 0, 0}));
}

TEST(Resize, EnlargesWithoutSteps) {
  const Bitmap two = row_of({0, 0, 0, 255, 200, 200, 200, 255});
  const Bitmap large = resize(two, {8, 3});
  EXPECT_EQ(large.size, (Size{8, 3}));
  for (int x = 1; x < 8; ++x) EXPECT_GE(*large.at(x, 1), *large.at(x - 1, 1)) << x;
  EXPECT_EQ(*large.at(0, 2), 0);
  EXPECT_EQ(*large.at(7, 0), 200);
  EXPECT_EQ(resize(row_of({1, 2, 3, 4}), {250, 250}).pixels[4 * 62'499 + 3], 4);
}

TEST(Resize, KeepsThePictureAtItsOwnSize) {
  const Bitmap two = row_of({9, 8, 7, 255, 200, 100, 50, 3});
  EXPECT_EQ(resize(two, {2, 1}).pixels, two.pixels);
}

TEST(Resize, KeepsOneColourAtEverySize) {
  for (const int from : {1, 2, 249, 250, 251, 333, 999}) {
    Bitmap plain{.size = {from, from}, .channels = Channels::rgba, .pixels = {}};
    plain.pixels.assign(static_cast<std::size_t>(plain.size.pixels()) * 4, 137);
    const Bitmap avatar = resize(plain, {250, 250});
    EXPECT_EQ(avatar.pixels, std::vector<std::uint8_t>(250 * 250 * 4, 137)) << from;
  }
}

}  // namespace

}  // namespace kith::image
