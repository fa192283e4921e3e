#include <string>

#include <gtest/gtest.h>
#include <webp/encode.h>

#include "image/codec/decode.hpp"
#include "image/codec/encode_webp.hpp"

namespace kith::image {

namespace {

using namespace std::string_literals;

constexpr Wanted all{.part = Part::whole, .edge_pixels_min = 100};
using Pixel = std::vector<std::uint8_t>;

Bitmap plain(Size size, const Pixel& color) {
  Bitmap out{.size = size, .channels = Channels::rgba, .pixels = {}};
  for (std::int64_t n = 0; n < size.pixels(); ++n) {
    out.pixels.insert(out.pixels.end(), color.begin(), color.end());
  }
  return out;
}

std::string lossless(const Bitmap& bitmap) {
  std::uint8_t* out = nullptr;
  const auto size = WebPEncodeLosslessRGBA(bitmap.pixels.data(), bitmap.size.width,
                                           bitmap.size.height, bitmap.size.width * 4, &out);
  std::string webp(reinterpret_cast<const char*>(out), size);
  WebPFree(out);
  return webp;
}

std::string number(std::size_t value, int bytes) {
  std::string out;
  for (int n = 0; n < bytes; ++n) out += static_cast<char>(value >> 8 * n);
  return out;
}

std::string chunk(const std::string& name, const std::string& data) {
  return name + number(data.size(), 4) + data + std::string(data.size() % 2, '\0');
}

std::string riff(const std::string& chunks) { return chunk("RIFF", "WEBP" + chunks); }

/// The header of an extended WebP (WebP container specification).
std::string extended(char flags, Size canvas) {
  return chunk("VP8X", flags + "\0\0\0"s + number(static_cast<std::size_t>(canvas.width) - 1, 3) +
                           number(static_cast<std::size_t>(canvas.height) - 1, 3));
}

/// A frame of an animation at (x, y), from the chunks of a WebP without animation.
std::string frame(int x, int y, const Bitmap& bitmap) {
  const auto edge = static_cast<std::size_t>(bitmap.size.width) - 1;
  return chunk("ANMF", number(static_cast<std::size_t>(x) / 2, 3) +
                           number(static_cast<std::size_t>(y) / 2, 3) + number(edge, 3) +
                           number(edge, 3) + number(100, 3) + "\0"s + lossless(bitmap).substr(12));
}

Pixel pixel_of(const Picture& picture, int x, int y) {
  const std::uint8_t* const pixel = picture.bitmap.at(x, y);
  return {pixel, pixel + 4};
}

const Pixel green{20, 180, 40, 255};

TEST(DecodeWebp, ReadsLosslessPicturesWithOpacity) {
  const Pixel faint{20, 180, 40, 90};
  const auto picture = decode_webp(lossless(plain({30, 20}, faint)), all);
  ASSERT_TRUE(picture);
  EXPECT_EQ(picture->bitmap.size, (Size{30, 20}));
  EXPECT_EQ(pixel_of(*picture, 29, 19), faint);
}

TEST(DecodeWebp, ScalesLargePictures) {
  for (const std::string& webp :
       {encode_webp(plain({1000, 3000}, green), 90), lossless(plain({1000, 3000}, green))}) {
    const auto picture = decode_webp(webp, {.part = Part::centre_square, .edge_pixels_min = 100});
    ASSERT_TRUE(picture);
    EXPECT_EQ(picture->bitmap.size, (Size{100, 100}));
    EXPECT_NEAR(pixel_of(*picture, 50, 50)[1], 180, 4);
  }
}

TEST(DecodeWebp, PlacesTheFirstFrameOnATransparentCanvas) {
  constexpr char animation = 0x12;
  const auto picture = decode_webp(
      riff(extended(animation, {40, 40}) + chunk("ANIM", std::string(6, '\xFF')) +
           frame(10, 20, plain({8, 8}, green)) + frame(0, 0, plain({40, 40}, {1, 2, 3, 255}))),
      all);
  ASSERT_TRUE(picture);
  EXPECT_EQ(pixel_of(*picture, 10, 20), green);
  EXPECT_EQ(pixel_of(*picture, 17, 27), green);
  EXPECT_EQ(pixel_of(*picture, 9, 20), (Pixel{0, 0, 0, 0}));
  EXPECT_EQ(pixel_of(*picture, 18, 27), (Pixel{0, 0, 0, 0}));
}

TEST(DecodeWebp, ReadsOrientationAndProfile) {
  constexpr char profile_and_exif = 0x28;
  const std::string exif = "MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x08\0\0"s;
  const auto picture =
      decode_webp(riff(extended(profile_and_exif, {30, 20}) + chunk("ICCP", "a profile") +
                       lossless(plain({30, 20}, green)).substr(12) + chunk("EXIF", exif)),
                  all);
  ASSERT_TRUE(picture);
  EXPECT_EQ(picture->orientation, 8);
  EXPECT_EQ(picture->profile, "a profile");
}

TEST(DecodeWebp, RefusesMissingPixels) {
  Bitmap noise = plain({64, 64}, green);
  for (std::size_t n = 0; n < noise.pixels.size(); ++n) {
    noise.pixels[n] = static_cast<std::uint8_t>(n * 7919 >> 3);
  }
  for (const std::string& webp : {encode_webp(noise, 90), lossless(noise)}) {
    for (std::size_t size = 12; size < webp.size(); size += 41) {
      EXPECT_EQ(decode_webp(webp.substr(0, size), all).error(), Verdict::damaged) << size;
    }
  }
}

TEST(DecodeWebp, LimitsLosslessPicturesMore) {
  EXPECT_EQ(decode_webp(lossless(plain({4000, 4001}, green)), all).error(),
            Verdict::too_many_pixels);
  EXPECT_TRUE(decode_webp(encode_webp(plain({4000, 4001}, green), 10), all));
}

}  // namespace

}  // namespace kith::image
