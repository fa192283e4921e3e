#include <cstdio>  // jpeglib.h needs its FILE
#include <cstdlib>
#include <string>

#include <gtest/gtest.h>
#include <jpeglib.h>

#include "image/codec/decode.hpp"

namespace kith::image {

namespace {

constexpr Wanted avatar{.part = Part::centre_square, .edge_pixels_min = 500};
constexpr Wanted all{.part = Part::whole, .edge_pixels_min = 500};

struct Sample {
  Size size{64, 48};
  J_COLOR_SPACE space = JCS_RGB;
  std::vector<std::uint8_t> color;  ///< of every pixel
  bool is_progressive = false;
  bool has_scan_per_component = false;
  bool is_ycck = false;
  std::string exif{};
  std::string profile{};
};

/// The order of the components: each in a scan of its own, which is no progressive JPEG but needs
/// the memory of one.
void separate_scans(jpeg_compress_struct& info, std::vector<jpeg_scan_info>& scans) {
  for (int n = 0; n < info.num_components; ++n) {
    scans.push_back(
        {.comps_in_scan = 1, .component_index = {n}, .Ss = 0, .Se = 63, .Ah = 0, .Al = 0});
  }
  info.scan_info = scans.data();
  info.num_scans = info.num_components;
}

void write_rows(jpeg_compress_struct& info, const Sample& sample) {
  std::vector<std::uint8_t> row;
  for (int x = 0; x < sample.size.width; ++x) {
    row.insert(row.end(), sample.color.begin(), sample.color.end());
  }
  JSAMPROW rows[] = {row.data()};
  while (info.next_scanline < info.image_height) jpeg_write_scanlines(&info, rows, 1);
}

void write_metadata(jpeg_compress_struct& info, const Sample& sample) {
  const auto bytes = [](const std::string& text) {
    return reinterpret_cast<const JOCTET*>(text.data());
  };
  const auto size = [](const std::string& text) { return static_cast<unsigned>(text.size()); };
  if (!sample.exif.empty()) {
    jpeg_write_marker(&info, JPEG_APP0 + 1, bytes(sample.exif), size(sample.exif));
  }
  if (!sample.profile.empty()) {
    jpeg_write_icc_profile(&info, bytes(sample.profile), size(sample.profile));
  }
}

std::string encoded(const Sample& sample) {
  jpeg_compress_struct info{};
  jpeg_error_mgr errors{};
  info.err = jpeg_std_error(&errors);
  jpeg_create_compress(&info);
  unsigned char* out = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&info, &out, &size);
  info.image_width = static_cast<JDIMENSION>(sample.size.width);
  info.image_height = static_cast<JDIMENSION>(sample.size.height);
  info.input_components = static_cast<int>(sample.color.size());
  info.in_color_space = sample.space;
  jpeg_set_defaults(&info);
  if (sample.is_ycck) jpeg_set_colorspace(&info, JCS_YCCK);
  jpeg_set_quality(&info, 95, TRUE);
  std::vector<jpeg_scan_info> scans;
  if (sample.is_progressive) jpeg_simple_progression(&info);
  if (sample.has_scan_per_component) separate_scans(info, scans);
  jpeg_start_compress(&info, TRUE);
  write_metadata(info, sample);
  write_rows(info, sample);
  jpeg_finish_compress(&info);
  jpeg_destroy_compress(&info);
  std::string jpeg(reinterpret_cast<const char*>(out), size);
  std::free(out);  // NOLINT: libjpeg allocates it with malloc
  return jpeg;
}

void expect_color(const Picture& picture, const std::vector<int>& color) {
  const std::uint8_t* const pixel =
      picture.bitmap.at(picture.bitmap.size.width / 2, picture.bitmap.size.height / 2);
  for (std::size_t n = 0; n < color.size(); ++n) EXPECT_NEAR(pixel[n], color[n], 4) << n;
}

TEST(DecodeJpeg, ReadsColoursAndGreys) {
  for (const bool is_progressive : {false, true}) {
    const auto color =
        decode_jpeg(encoded({.color = {200, 100, 50}, .is_progressive = is_progressive}), all);
    ASSERT_TRUE(color);
    EXPECT_EQ(color->bitmap.size, (Size{64, 48}));
    expect_color(*color, {200, 100, 50, 255});
    const auto grey = decode_jpeg(
        encoded({.space = JCS_GRAYSCALE, .color = {90}, .is_progressive = is_progressive}), avatar);
    ASSERT_TRUE(grey);
    EXPECT_EQ(grey->bitmap.size, (Size{48, 48}));
    expect_color(*grey, {90, 90, 90, 255});
  }
}

TEST(DecodeJpeg, ReadsInksThatAdobeStoresInverted) {
  for (const bool is_ycck : {false, true}) {
    const auto inks = decode_jpeg(
        encoded({.space = JCS_CMYK, .color = {255, 155, 55, 215}, .is_ycck = is_ycck}), all);
    ASSERT_TRUE(inks);
    EXPECT_EQ(inks->bitmap.channels, Channels::cmyk);
    expect_color(*inks, {0, 100, 200, 40});
  }
}

TEST(DecodeJpeg, ReadsSeveralScans) {
  const auto picture =
      decode_jpeg(encoded({.color = {200, 100, 50}, .has_scan_per_component = true}), all);
  ASSERT_TRUE(picture);
  expect_color(*picture, {200, 100, 50, 255});
}

TEST(DecodeJpeg, ScalesLargePictures) {
  const Sample large{.size = {8064, 6048}, .color = {200, 100, 50}};
  const auto picture = decode_jpeg(encoded(large), avatar);
  ASSERT_TRUE(picture);
  EXPECT_EQ(picture->bitmap.size, (Size{756, 756}));
  expect_color(*picture, {200, 100, 50, 255});
}

TEST(DecodeJpeg, ReadsOrientationAndProfile) {
  using namespace std::string_literals;
  const std::string exif = "Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x08\0\0"s;
  const std::string profile(100'000, 'p');  // several segments
  const auto picture =
      decode_jpeg(encoded({.color = {1, 2, 3}, .exif = exif, .profile = profile}), all);
  ASSERT_TRUE(picture);
  EXPECT_EQ(picture->orientation, 8);
  EXPECT_EQ(picture->profile, profile);
}

TEST(DecodeJpeg, RefusesMissingPixels) {
  for (const bool is_progressive : {false, true}) {
    const std::string jpeg =
        encoded({.size = {256, 256}, .color = {9, 99, 199}, .is_progressive = is_progressive});
    EXPECT_TRUE(decode_jpeg(jpeg.substr(0, jpeg.size() - 2), all)) << "only the end marker";
    for (const std::size_t size : {jpeg.size() - 30, jpeg.size() - 200, jpeg.size() / 2}) {
      EXPECT_EQ(decode_jpeg(jpeg.substr(0, size), all).error(), Verdict::damaged) << size;
    }
    for (std::size_t size = 0; size < 600; size += 7) {
      EXPECT_FALSE(decode_jpeg(jpeg.substr(0, size), all)) << size;
    }
  }
}

TEST(DecodeJpeg, TakesFurtherBytesBeforeTheEndMarker) {
  std::string jpeg = encoded({.color = {200, 100, 50}});
  jpeg.insert(jpeg.size() - 2, "\0\0\0\0", 4);
  EXPECT_TRUE(decode_jpeg(jpeg, all));
}

TEST(DecodeJpeg, RefusesLargePicturesBeforeTheirPixels) {
  EXPECT_EQ(
      decode_jpeg(encoded({.size = {12'000, 9200}, .space = JCS_GRAYSCALE, .color = {0}}), avatar)
          .error(),
      Verdict::too_many_pixels);
  EXPECT_EQ(
      decode_jpeg(
          encoded(
              {.size = {9000, 9000}, .space = JCS_GRAYSCALE, .color = {0}, .is_progressive = true}),
          avatar)
          .error(),
      Verdict::too_much_memory);
}

}  // namespace

}  // namespace kith::image
