#include <string>

#include <gtest/gtest.h>

#include "image/codec/decode.hpp"

namespace kith::image {

namespace {

using namespace std::string_literals;

constexpr Wanted all{.part = Part::whole, .edge_pixels_min = 100};
using Pixel = std::vector<std::uint8_t>;
const Pixel clear{0, 0, 0, 0};

std::string number(int value) {
  return {static_cast<char>(value & 0xFF), static_cast<char>(value >> 8)};
}

std::string screen(Size size, bool has_table) {
  return "GIF89a" + number(size.width) + number(size.height) + (has_table ? "\x81"s : "\x01"s) +
         "\0\0"s + (has_table ? "\xc8\x64\x32\x0a\x14\x1e\x01\x02\x03\x04\x05\x06"s : ""s);
}

/// LZW codes of three bits: a table of four colours, cleared before each pair of pixels so that the
/// codes never grow.
std::string lzw(const std::string& indexes) {
  constexpr int clear_table = 4;
  constexpr int end = 5;
  constexpr unsigned bits_per_code = 3;
  std::vector<int> codes;
  for (std::size_t n = 0; n < indexes.size(); ++n) {
    if (n % 2 == 0) codes.push_back(clear_table);
    codes.push_back(indexes[n] - '0');
  }
  codes.push_back(end);
  std::string out((codes.size() * bits_per_code + 7) / 8, '\0');
  for (std::size_t bit = 0; bit < codes.size() * bits_per_code; ++bit) {
    const int value = codes[bit / bits_per_code] >> bit % bits_per_code & 1;
    out[bit / 8] = static_cast<char>(out[bit / 8] | value << bit % 8);
  }
  return "\x02"s + static_cast<char>(out.size()) + out + "\0"s;
}

struct Frame {
  int left = 0;
  int top = 0;
  Size size;
  std::string indexes;  ///< digits
  char flags = 0;
};

std::string image(const Frame& frame) {
  return "\x2c" + number(frame.left) + number(frame.top) + number(frame.size.width) +
         number(frame.size.height) + frame.flags + lzw(frame.indexes);
}

Pixel pixel_of(const Picture& picture, int x, int y) {
  const std::uint8_t* const pixel = picture.bitmap.at(x, y);
  return {pixel, pixel + 4};
}

constexpr char interlaced = 0x40;
const std::string transparent_1 = "\x21\xf9\x04\x01\0\0\x01\0"s;
const std::string comment = "\x21\xfe\x04nice\0"s;

TEST(DecodeGif, ReadsColoursAndTransparency) {
  const auto picture = decode_gif(
      screen({2, 2}, true) + comment + transparent_1 + image({.size = {2, 2}, .indexes = "0102"}),
      all);
  ASSERT_TRUE(picture);
  EXPECT_EQ(pixel_of(*picture, 0, 0), (Pixel{200, 100, 50, 255}));
  EXPECT_EQ(pixel_of(*picture, 1, 0), clear);
  EXPECT_EQ(pixel_of(*picture, 1, 1), (Pixel{1, 2, 3, 255}));
}

TEST(DecodeGif, PlacesTheFirstFrameOnATransparentCanvas) {
  const auto picture = decode_gif(
      screen({9, 9}, true) + image({.left = 3, .top = 4, .size = {2, 2}, .indexes = "0000"}) +
          image({.size = {2, 2}, .indexes = "1111"}),
      all);
  ASSERT_TRUE(picture);
  EXPECT_EQ(picture->bitmap.size, (Size{9, 9}));
  EXPECT_EQ(pixel_of(*picture, 4, 5), (Pixel{200, 100, 50, 255}));
  EXPECT_EQ(pixel_of(*picture, 0, 0), clear);
  EXPECT_EQ(pixel_of(*picture, 5, 5), clear);
}

TEST(DecodeGif, EnlargesACanvasThatTheFrameLeaves) {
  for (const Size size : {Size{0, 0}, Size{2, 2}}) {
    const auto picture = decode_gif(
        screen(size, true) + image({.left = 1, .top = 1, .size = {2, 2}, .indexes = "0000"}), all);
    ASSERT_TRUE(picture);
    EXPECT_EQ(picture->bitmap.size, (Size{3, 3}));
    EXPECT_EQ(pixel_of(*picture, 2, 2), (Pixel{200, 100, 50, 255}));
  }
}

TEST(DecodeGif, PutsInterlacedRowsInOrder) {
  // Rows 0, 8, 4, 2, 6, 1, 3, 5, 7.
  const auto picture = decode_gif(
      screen({1, 9}, true) + image({.size = {1, 9}, .indexes = "012222000", .flags = interlaced}),
      all);
  ASSERT_TRUE(picture);
  std::string reds;
  for (int y = 0; y < 9; ++y) reds += std::to_string(pixel_of(*picture, 0, y)[0]) + " ";
  EXPECT_EQ(reds, "200 1 1 200 1 200 1 200 10 ");
}

TEST(DecodeGif, RefusesMissingPixelsAndColours) {
  const std::string gif =
      screen({4, 4}, true) + image({.size = {4, 4}, .indexes = "0123012301230123"});
  EXPECT_TRUE(decode_gif(gif, all)) << "without its end";
  for (std::size_t size = 6; size < gif.size() - 5; ++size) {
    EXPECT_EQ(decode_gif(gif.substr(0, size), all).error(), Verdict::damaged) << size;
  }
  EXPECT_EQ(
      decode_gif(screen({2, 2}, false) + image({.size = {2, 2}, .indexes = "0000"}), all).error(),
      Verdict::damaged);
  EXPECT_EQ(decode_gif(screen({2, 2}, true) + "\x3b", all).error(), Verdict::damaged);
}

TEST(DecodeGif, RefusesLargeCanvasesAndFrames) {
  const std::string small = image({.size = {1, 1}, .indexes = "0"});
  EXPECT_EQ(decode_gif(screen({65'535, 65'535}, true) + small, all).error(),
            Verdict::too_many_pixels);
  EXPECT_EQ(
      decode_gif(screen({1, 1}, true) + image({.size = {4000, 4001}, .indexes = "0"}), all).error(),
      Verdict::too_many_pixels);
  EXPECT_TRUE(decode_gif(screen({4000, 4000}, true) + small, all));
}

}  // namespace

}  // namespace kith::image
