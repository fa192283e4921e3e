#include "image/codec/orientation.hpp"

#include <string>

#include <gtest/gtest.h>

namespace kith::image {

namespace {

using namespace std::string_literals;

const std::string little = "II*\0\x08\0\0\0\x02\0"s + "\x0f\x01\x02\0\x01\0\0\0\0\0\0\0"s +
                           "\x12\x01\x03\0\x01\0\0\0\x06\0\0\0"s + "\0\0\0\0"s;
const std::string big = "MM\0*\0\0\0\x08\0\x01"s + "\x01\x12\0\x03\0\0\0\x01\0\x08\0\0"s;

TEST(Orientation, IsReadInEitherByteOrder) {
  EXPECT_EQ(orientation_of(little), 6);
  EXPECT_EQ(orientation_of(big), 8);
  EXPECT_EQ(orientation_of("Exif\0\0"s + little), 6);
}

TEST(Orientation, IsUprightIfDataIsMissing) {
  const std::size_t value_end = 8 + 2 + 12 + 10;
  for (std::size_t size = 0; size < value_end; ++size) {
    EXPECT_EQ(orientation_of(little.substr(0, size)), 1) << size;
  }
  EXPECT_EQ(orientation_of(little.substr(0, value_end)), 6);
}

TEST(Orientation, IsUprightIfInvalid) {
  for (const char value : {'\0', '\x09', '\xFF'}) {
    std::string exif = little;
    exif[30] = value;
    EXPECT_EQ(orientation_of(exif), 1);
  }
  EXPECT_EQ(orientation_of("II*\0\xFF\xFF\xFF\xFF"s), 1) << "a directory outside";
  EXPECT_EQ(orientation_of("XX*\0\x08\0\0\0"s), 1);
}

/// 1 2 3
/// 4 5 6
std::string turned(int orientation) {
  Bitmap from{.size = {3, 2}, .channels = Channels::rgba, .pixels = {}};
  for (std::uint8_t n = 1; n <= 6; ++n) from.pixels.insert(from.pixels.end(), {n, 0, 0, 255});
  const Bitmap to = upright(from, orientation);
  std::string out;
  for (int y = 0; y < to.size.height; ++y) {
    for (int x = 0; x < to.size.width; ++x) out += static_cast<char>('0' + *to.at(x, y));
    out += ' ';
  }
  return out;
}

TEST(Orientation, TurnsAndMirrors) {
  EXPECT_EQ(turned(1), "123 456 ");
  EXPECT_EQ(turned(2), "321 654 ");
  EXPECT_EQ(turned(3), "654 321 ");
  EXPECT_EQ(turned(4), "456 123 ");
  EXPECT_EQ(turned(5), "14 25 36 ");
  EXPECT_EQ(turned(6), "41 52 63 ");
  EXPECT_EQ(turned(7), "63 52 41 ");
  EXPECT_EQ(turned(8), "36 25 14 ");
}

}  // namespace

}  // namespace kith::image
