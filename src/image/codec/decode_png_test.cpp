#include <string>

#include <gtest/gtest.h>
#include <zlib.h>

#include "image/codec/decode.hpp"

namespace kith::image {

namespace {

using namespace std::string_literals;

constexpr Wanted all{.part = Part::whole, .edge_pixels_min = 500};
using Pixel = std::vector<std::uint8_t>;

std::string number(std::uint32_t value) {
  std::string out;
  for (const int shift : {24, 16, 8, 0}) out += static_cast<char>(value >> shift);
  return out;
}

std::string chunk(const std::string& name, const std::string& data) {
  const std::string body = name + data;
  const auto crc =
      crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<unsigned>(body.size()));
  return number(static_cast<std::uint32_t>(data.size())) + body +
         number(static_cast<std::uint32_t>(crc));
}

std::string packed(const std::string& bytes) {
  uLongf size = compressBound(bytes.size());
  std::string out(size, '\0');
  compress(reinterpret_cast<Bytef*>(out.data()), &size,
           reinterpret_cast<const Bytef*>(bytes.data()), bytes.size());
  out.resize(size);
  return out;
}

struct Sample {
  const char* name;
  char bits;
  char color_type;
  std::string row;  ///< two pixels
  std::string further;
  Pixel first;
  Pixel second;
};

const std::string signature = "\x89PNG\r\n\x1a\n"s;

/// A PNG of two pixels.
std::string png_of(const Sample& sample) {
  return signature +
         chunk("IHDR", number(2) + number(1) + sample.bits + sample.color_type + "\0\0\0"s) +
         sample.further + chunk("IDAT", packed("\0"s + sample.row)) + chunk("IEND", "");
}

const Sample rgb{"RGB", 8, 2, "\x10\x20\x30\x40\x50\x60", "", {16, 32, 48, 255}, {64, 80, 96, 255}};

const std::vector<Sample> samples{
    rgb,
    {"grey of 1 bit", 1, 0, "\x40", "", {0, 0, 0, 255}, {255, 255, 255, 255}},
    {"grey of 2 bits", 2, 0, "\x60", "", {85, 85, 85, 255}, {170, 170, 170, 255}},
    {"grey of 4 bits", 4, 0, "\x1f", "", {17, 17, 17, 255}, {255, 255, 255, 255}},
    {"grey", 8, 0, "\x01\x7f", "", {1, 1, 1, 255}, {127, 127, 127, 255}},
    {"grey of 16 bits", 16, 0, "\x80\x80\xff\xff", "", {128, 128, 128, 255}, {255, 255, 255, 255}},
    {"grey with opacity", 8, 4, "\x0a\x80\x14\xff", "", {10, 10, 10, 128}, {20, 20, 20, 255}},
    {"RGB of 16 bits",
     16,
     2,
     "\x01\x01\x02\x02\x03\x03\x04\x04\x05\x05\x06\x06",
     "",
     {1, 2, 3, 255},
     {4, 5, 6, 255}},
    {"RGBA", 8, 6, "\x10\x20\x30\x40\x50\x60\x70\xff", "", {16, 32, 48, 64}, {80, 96, 112, 255}},
    {"palette of 1 bit",
     1,
     3,
     "\x40",
     chunk("PLTE", "\x01\x02\x03\x04\x05\x06"),
     {1, 2, 3, 255},
     {4, 5, 6, 255}},
    {"palette with opacity",
     8,
     3,
     "\0\1"s,
     chunk("PLTE", "\x0a\x14\x1e\x04\x05\x06") + chunk("tRNS", "\x80"),
     {10, 20, 30, 128},
     {4, 5, 6, 255}},
    {"RGB with a transparent colour",
     8,
     2,
     "\x10\x20\x30\x40\x50\x60",
     chunk("tRNS", "\0\x10\0\x20\0\x30"s),
     {0, 0, 0, 0},
     {64, 80, 96, 255}},
};

TEST(DecodePng, ReadsEveryKindOfPixel) {
  for (const Sample& sample : samples) {
    const auto picture = decode_png(png_of(sample), all);
    ASSERT_TRUE(picture) << sample.name;
    const auto& pixels = picture->bitmap.pixels;
    EXPECT_EQ(Pixel(pixels.begin(), pixels.begin() + 4), sample.first) << sample.name;
    EXPECT_EQ(Pixel(pixels.begin() + 4, pixels.end()), sample.second) << sample.name;
  }
}

TEST(DecodePng, ReadsOrientationAndProfile) {
  const std::string exif = "MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x08\0\0\0\0\0\0"s;
  Sample sample = rgb;
  sample.further = chunk("eXIf", exif);
  EXPECT_EQ(decode_png(png_of(sample), all)->orientation, 8);
  std::string png = png_of(rgb);
  png.insert(png.size() - 12, chunk("eXIf", exif));  // also behind the pixels
  EXPECT_EQ(decode_png(png, all)->orientation, 8);
  EXPECT_EQ(decode_png(png_of(rgb), all)->profile, "");
}

TEST(DecodePng, RefusesMissingPixelsAndWrongChecksums) {
  const std::string png = png_of(rgb);
  for (std::size_t size = 8; size < png.size() - 12; ++size) {
    EXPECT_EQ(decode_png(png.substr(0, size), all).error(), Verdict::damaged) << size;
  }
  EXPECT_TRUE(decode_png(png.substr(0, png.size() - 12), all)) << "all pixels are there";
  std::string wrong = png;
  wrong[signature.size() + 8 + 13] ^= 1;  // the checksum of the header
  EXPECT_EQ(decode_png(wrong, all).error(), Verdict::damaged);
}

TEST(DecodePng, DoesNotUnpackTexts) {
  Sample sample = rgb;
  sample.further = chunk("zTXt", "Comment\0\0"s + packed(std::string(50'000'000, 'x')));
  EXPECT_TRUE(decode_png(png_of(sample), all));
}

TEST(DecodePng, RefusesLargePicturesBeforeTheirPixels) {
  const auto verdict = [](std::uint32_t width, std::uint32_t height, char bits) {
    return decode_png(signature +
                          chunk("IHDR", number(width) + number(height) + bits + "\2\0\0\0"s) +
                          chunk("IDAT", packed("\0"s)) + chunk("IEND", ""),
                      all)
        .error();
  };
  EXPECT_EQ(verdict(50'000, 50'000, 8), Verdict::too_many_pixels);
  EXPECT_EQ(verdict(65'536, 1, 8), Verdict::too_many_pixels);
  EXPECT_EQ(verdict(4000, 4001, 16), Verdict::too_many_pixels);
  EXPECT_EQ(verdict(0x7FFFFFFF, 1, 8), Verdict::too_many_pixels);
  EXPECT_EQ(verdict(0, 1, 8), Verdict::damaged);
  EXPECT_EQ(verdict(4000, 4001, 8), Verdict::damaged) << "small enough, but without its pixels";
}

}  // namespace

}  // namespace kith::image
