#pragma once

#include <optional>
#include <string_view>

namespace kith::image {

/// The position of the first frame of a GIF on its canvas, in pixels.
struct GifFrame {
  int canvas_width = 0;
  int canvas_height = 0;
  int left = 0;
  int top = 0;
  int width = 0;
  int height = 0;

  bool is_within_canvas() const {
    return width > 0 && height > 0 && left + width <= canvas_width && top + height <= canvas_height;
  }
  bool covers_canvas() const {
    return left == 0 && top == 0 && width >= canvas_width && height >= canvas_height;
  }
};

/// Reads only the canvas from the first bytes of a GIF, as a frame without position and size.
/// Returns nothing if the file ends before.
std::optional<GifFrame> canvas_of(std::string_view gif);

/// Reads the first frame's position from the blocks before its pixels (GIF89a specification,
/// sections 18 to 24). Returns nothing if the file ends before.
std::optional<GifFrame> first_frame_of(std::string_view gif);

}  // namespace kith::image
