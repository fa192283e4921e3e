#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace kith::image {

/// A width and a height in pixels.
struct Size {
  int width = 0;
  int height = 0;

  std::int64_t pixels() const { return std::int64_t{width} * height; }
  int shorter_edge() const { return std::min(width, height); }
  int longer_edge() const { return std::max(width, height); }
  bool operator==(const Size&) const = default;
};

/// The meaning of the four bytes of a pixel.
enum class Channels : std::uint8_t {
  rgba,  ///< red, green, blue, and opacity; colours are not multiplied by the opacity
  cmyk,  ///< amounts of ink: 255 is full coverage
};

/// The place of the opacity among the bytes of an RGBA pixel.
inline constexpr std::size_t opacity = 3;

/// Uncompressed pixels, four bytes each, row by row without gaps.
struct Bitmap {
  static constexpr std::size_t pixel_bytes = 4;

  Size size;
  Channels channels = Channels::rgba;
  std::vector<std::uint8_t> pixels;

  const std::uint8_t* at(int x, int y) const { return pixels.data() + offset_of(x, y); }
  std::uint8_t* at(int x, int y) { return pixels.data() + offset_of(x, y); }

 private:
  std::size_t offset_of(int x, int y) const {
    return (static_cast<std::size_t>(y) * static_cast<std::size_t>(size.width) +
            static_cast<std::size_t>(x)) *
           pixel_bytes;
  }
};

}  // namespace kith::image
