#include "image/codec/canvas.hpp"

#include <gtest/gtest.h>

namespace kith::image {

namespace {

constexpr Wanted square_of_4{.part = Part::centre_square, .edge_pixels_min = 4};
using Pixel = std::array<std::uint8_t, 4>;

Pixel pixel_of(const Bitmap& bitmap, int x, int y) {
  const std::uint8_t* const pixel = bitmap.at(x, y);
  return {pixel[0], pixel[1], pixel[2], pixel[3]};
}

/// Draws each pixel with its coordinates as red and green.
Bitmap coordinates(Size size, const Wanted& wanted) {
  Canvas canvas(size, wanted);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      const Pixel pixel{static_cast<std::uint8_t>(x), static_cast<std::uint8_t>(y), 0, 255};
      canvas.draw({.x = x, .y = y, .count = 1, .pixels = pixel.data()});
    }
  }
  return canvas.bitmap();
}

TEST(Canvas, KeepsPixelsOfSmallPictures) {
  const Bitmap bitmap = coordinates({3, 5}, {.part = Part::whole, .edge_pixels_min = 4});
  EXPECT_EQ(bitmap.size, (Size{3, 5}));
  EXPECT_EQ(pixel_of(bitmap, 2, 4), (Pixel{2, 4, 0, 255}));
}

TEST(Canvas, KeepsTheCentreSquare) {
  const Bitmap bitmap = coordinates({11, 5}, square_of_4);
  EXPECT_EQ(bitmap.size, (Size{5, 5}));
  EXPECT_EQ(pixel_of(bitmap, 0, 0), (Pixel{3, 0, 0, 255}));
  EXPECT_EQ(pixel_of(bitmap, 4, 4), (Pixel{7, 4, 0, 255}));
}

TEST(Canvas, ReducesLargePicturesToMeansOfBoxes) {
  const Bitmap bitmap = coordinates({20, 12}, square_of_4);
  EXPECT_EQ(bitmap.size, (Size{4, 4}));
  EXPECT_EQ(pixel_of(bitmap, 0, 0), (Pixel{5, 1, 0, 255}));  // columns 4 to 6, rows 0 to 2
  EXPECT_EQ(pixel_of(bitmap, 3, 3), (Pixel{14, 10, 0, 255}));
}

TEST(Canvas, ReducesThinPicturesAlongTheirLengthOnly) {
  const Bitmap bitmap = coordinates({200, 2}, {.part = Part::whole, .edge_pixels_min = 20});
  EXPECT_EQ(bitmap.size, (Size{20, 1}));
}

TEST(Canvas, StaysTransparentWhereNothingIsDrawn) {
  Canvas canvas({8, 8}, square_of_4);
  const Pixel green{0, 200, 0, 255};
  canvas.draw({.x = 0, .y = 0, .count = 1, .pixels = green.data()});
  const Bitmap bitmap = canvas.bitmap();
  EXPECT_EQ(pixel_of(bitmap, 0, 0), (Pixel{0, 200, 0, 64})) << "a quarter of the box, same colour";
  EXPECT_EQ(pixel_of(bitmap, 3, 3), (Pixel{0, 0, 0, 0}));
}

TEST(Canvas, IgnoresPixelsOutside) {
  Canvas canvas({4, 4}, square_of_4);
  const std::array<std::uint8_t, 32> white{255, 255, 255, 255};
  canvas.draw({.x = 3, .y = 3, .count = 8, .pixels = white.data()});
  canvas.draw({.x = 0, .y = 4, .count = 8, .pixels = white.data()});
  canvas.draw({.x = 0, .y = -1, .count = 8, .pixels = white.data()});
  EXPECT_EQ(pixel_of(canvas.bitmap(), 3, 3), (Pixel{255, 255, 255, 255}));
}

TEST(Canvas, SumsOfTheLargestBoxesDoNotOverflow) {
  constexpr int edge = 65'535;
  Canvas canvas({edge, 256}, {.part = Part::whole, .edge_pixels_min = 256});
  const std::vector<std::uint8_t> white(std::size_t{edge} * Bitmap::pixel_bytes, 255);
  for (int y = 0; y < 256; ++y)
    canvas.draw({.x = 0, .y = y, .count = edge, .pixels = white.data()});
  EXPECT_EQ(pixel_of(canvas.bitmap(), 0, 0), (Pixel{255, 255, 255, 255}));
}

}  // namespace

}  // namespace kith::image
