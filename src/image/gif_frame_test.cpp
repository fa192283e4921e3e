#include "image/gif_frame.hpp"

#include <string>

#include <gtest/gtest.h>

namespace kith::image {
namespace {

using namespace std::string_literals;

const std::string screen = "GIF89a\x40\x01\xf0\x00"s + "\x00\x00\x00"s;  // 320 x 240, no table
const std::string screen_with_table =
    "GIF89a\x40\x01\xf0\x00"s + "\x81\x00\x00"s + std::string(12, 'c');
const std::string control = "\x21\xf9\x04\x04\x0a\x00\x00\x00"s;
const std::string loop = "\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00"s;
const std::string frame = "\x2c\x0a\x00\x14\x00\x2c\x01\xc8\x00\x00"s;  // 300 x 200 at 10, 20

TEST(GifFrame, IsFoundBehindTablesAndExtensions) {
  for (const std::string& gif :
       {screen + frame, screen + control + frame, screen_with_table + loop + control + frame}) {
    const auto found = first_frame_of(gif);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->canvas_width, 320);
    EXPECT_EQ(found->canvas_height, 240);
    EXPECT_EQ(found->left, 10);
    EXPECT_EQ(found->top, 20);
    EXPECT_EQ(found->width, 300);
    EXPECT_EQ(found->height, 200);
    EXPECT_TRUE(found->is_within_canvas());
    EXPECT_FALSE(found->covers_canvas());
  }
}

TEST(GifFrame, IsMissingFromFilesThatEndBefore) {
  const std::string gif = screen_with_table + loop + control + frame;
  for (std::size_t size = 0; size < gif.size(); ++size) {
    EXPECT_FALSE(first_frame_of(gif.substr(0, size))) << size;
  }
  EXPECT_FALSE(first_frame_of(screen + "\x3b"));
}

TEST(GifFrame, HasACanvasOfItsOwn) {
  const auto canvas = canvas_of(screen);
  ASSERT_TRUE(canvas);
  EXPECT_EQ(canvas->canvas_width, 320);
  EXPECT_EQ(canvas->canvas_height, 240);
  EXPECT_FALSE(canvas_of(screen.substr(0, screen.size() - 1)));
}

TEST(GifFrame, MayCoverTheCanvasOrLeaveIt) {
  EXPECT_TRUE((GifFrame{8, 8, 0, 0, 8, 8}).covers_canvas());
  EXPECT_TRUE((GifFrame{8, 8, 0, 0, 9, 8}).covers_canvas());
  EXPECT_FALSE((GifFrame{8, 8, 1, 0, 8, 8}).covers_canvas());
  EXPECT_FALSE((GifFrame{8, 8, 1, 0, 8, 8}).is_within_canvas());
  EXPECT_FALSE((GifFrame{8, 8, 0, 0, 0, 8}).is_within_canvas());
}

}  // namespace
}  // namespace kith::image
