#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "image/codec/bitmap.hpp"
#include "image/codec/decode.hpp"

namespace kith::image {

/// Pixels of one row that a decoder has produced: the n-th belongs at `x + n * step`.
struct Run {
  int x = 0;
  int y = 0;
  int step = 1;
  int count = 0;
  const std::uint8_t* pixels = nullptr;  ///< four bytes each
};

/// Collects the pixels of a picture in any order and reduces them by an integer factor: a pixel of
/// the result is the mean of a box of pixels. Only the wanted part is kept, and its sums take the
/// memory of the result, whatever the size of the picture. What is not drawn stays transparent.
class Canvas {
 public:
  Canvas(Size source, const Wanted& wanted, Channels channels = Channels::rgba);

  /// Adds pixels; each pixel may be drawn once. Ignores what is outside of the picture. Neither
  /// allocates nor throws, so that it can be called where C code may jump out (codec/jump.hpp).
  void draw(const Run& run) noexcept;

  /// Returns the means.
  Bitmap bitmap() const;

 private:
  /// The boxes along one axis.
  struct Axis {
    int begin = 0;
    int factor = 1;
    int boxes = 0;

    Axis(int source, int part, int reduction);
    int box_of(int at) const;  ///< -1: outside of the wanted part
  };
  using Sums = std::array<std::uint32_t, Bitmap::pixel_bytes>;

  Channels channels_;
  Axis across_;
  Axis down_;
  std::vector<int> columns_;  ///< the box of each x
  std::vector<Sums> sums_;    ///< colours are weighted by the opacity
};

}  // namespace kith::image
