#include "image/header.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "image/exif.hpp"
#include "image/kind.hpp"

namespace kith::image {

namespace {

using namespace std::string_view_literals;

/// Returns the number of `size` bytes at `at`, the most significant first; 0 beyond the end.
std::uint32_t big_endian(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint32_t out = 0;
  for (const char c : bytes.substr(std::min(at, bytes.size()), size)) {
    out = out << 8 | static_cast<unsigned char>(c);
  }
  return out;
}

/// Returns the number of `size` bytes at `at`, the least significant first; 0 beyond the end.
std::uint32_t little_endian(std::string_view bytes, std::size_t at, std::size_t size) {
  const std::string_view digits = bytes.substr(std::min(at, bytes.size()), size);
  std::uint32_t out = 0;
  for (std::size_t n = digits.size(); n-- > 0;) {
    out = out << 8 | static_cast<unsigned char>(digits[n]);
  }
  return out;
}

std::optional<Dimensions> checked(std::uint32_t width, std::uint32_t height) {
  constexpr std::uint32_t edge_max = 0x7FFF'FFFF;
  if (width == 0 || height == 0 || width > edge_max || height > edge_max) return std::nullopt;
  return Dimensions{static_cast<int>(width), static_cast<int>(height)};
}

/// Returns whether a marker begins a frame header (ISO 10918-1, table B.1): SOF0 to SOF15 without
/// DHT, JPG and DAC.
bool begins_frame(std::uint32_t marker) {
  return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

/// Segments: 0xFF, marker, size with its own two bytes (ISO 10918-1, B.1.1).
std::optional<Dimensions> of_jpeg(std::string_view jpeg) {
  constexpr std::uint32_t exif_marker = 0xE1;
  constexpr std::uint32_t scan_marker = 0xDA;
  constexpr int first_sideways = 5;
  int orientation = 1;
  std::size_t at = 2;
  for (int n = 0; n < segments_max; ++n) {
    while (big_endian(jpeg, at, 2) == 0xFFFF) ++at;  // fill bytes
    const std::uint32_t marker = big_endian(jpeg, at + 1, 1);
    const std::uint32_t size = big_endian(jpeg, at + 2, 2);
    if (big_endian(jpeg, at, 1) != 0xFF || size < 2 || marker == scan_marker) break;
    const std::size_t data = at + 4;
    if (data >= jpeg.size()) break;
    if (begins_frame(marker)) {
      auto found = checked(big_endian(jpeg, data + 3, 2), big_endian(jpeg, data + 1, 2));
      if (found && orientation >= first_sideways) std::swap(found->width, found->height);
      return found;
    }
    const std::string_view segment = jpeg.substr(data, size - 2);
    if (marker == exif_marker && segment.starts_with("Exif\0\0"sv)) {
      orientation = orientation_of(segment);
    }
    at += 2 + size;
  }
  return std::nullopt;
}

/// PNG: the first chunk is IHDR (RFC 2083, 4.1.1).
std::optional<Dimensions> of_png(std::string_view png) {
  constexpr std::size_t size_at = 16;
  if (png.substr(12, 4) != "IHDR") return std::nullopt;
  return checked(big_endian(png, size_at, 4), big_endian(png, size_at + 4, 4));
}

/// WebP (RFC 9649): VP8X has the canvas, VP8L 14 bits for each edge, VP8 as RFC 6386, 9.1 says.
std::optional<Dimensions> of_webp(std::string_view webp) {
  constexpr std::size_t chunk_at = 12;
  constexpr std::size_t data_at = 20;
  constexpr std::uint32_t edge_mask = 0x3FFF;
  const std::string_view chunk = webp.substr(std::min(chunk_at, webp.size()), 4);
  if (chunk == "VP8X") {
    return checked(little_endian(webp, data_at + 4, 3) + 1,
                   little_endian(webp, data_at + 7, 3) + 1);
  }
  if (chunk == "VP8L") {
    const std::uint32_t bits = little_endian(webp, data_at + 1, 4);
    return checked((bits & edge_mask) + 1, (bits >> 14 & edge_mask) + 1);
  }
  if (chunk != "VP8 ") return std::nullopt;
  return checked(little_endian(webp, data_at + 6, 2) & edge_mask,
                 little_endian(webp, data_at + 8, 2) & edge_mask);
}

}  // namespace

std::optional<Dimensions> dimensions_of(std::string_view image) {
  constexpr std::size_t header_bytes_min = 32;  // of all formats but GIF
  constexpr std::size_t gif_header_bytes = 10;
  const Kind kind = kind_of(image);
  if (kind == Kind::gif && image.size() >= gif_header_bytes) {
    return checked(little_endian(image, 6, 2), little_endian(image, 8, 2));
  }
  if (image.size() < header_bytes_min) return std::nullopt;
  switch (kind) {
    case Kind::jpeg: return of_jpeg(image);
    case Kind::png: return of_png(image);
    case Kind::webp: return of_webp(image);
    default: return std::nullopt;
  }
}

}  // namespace kith::image
