#include "image/gif_frame.hpp"

#include <cstddef>

namespace kith::image {

namespace {

constexpr std::size_t header_bytes = 13;  // signature and screen descriptor
constexpr char extension = '\x21';
constexpr char image = '\x2C';

unsigned byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

/// Returns a little-endian number. REQUIRES: two bytes at `at`.
int number_at(std::string_view bytes, std::size_t at) {
  return static_cast<int>(byte_at(bytes, at) | byte_at(bytes, at + 1) << 8);
}

/// Returns the size of the colour table, in bytes, that the flags of a screen or an image announce.
std::size_t color_table_bytes(unsigned flags) {
  constexpr unsigned has_table = 0x80;
  return (flags & has_table) != 0 ? 3U << ((flags & 7) + 1) : 0;
}

/// Skips sub-blocks up to the empty block that ends them; returns false if the file ends before.
bool skip_sub_blocks(std::string_view& rest) {
  while (!rest.empty()) {
    const std::size_t size = byte_at(rest, 0);
    if (rest.size() <= size) return false;
    rest.remove_prefix(size + 1);
    if (size == 0) return true;
  }
  return false;
}

}  // namespace

std::optional<GifFrame> canvas_of(std::string_view gif) {
  if (gif.size() < header_bytes) return std::nullopt;
  return GifFrame{.canvas_width = number_at(gif, 6), .canvas_height = number_at(gif, 8)};
}

std::optional<GifFrame> first_frame_of(std::string_view gif) {
  auto frame = canvas_of(gif);
  if (!frame) return std::nullopt;
  const std::size_t head = header_bytes + color_table_bytes(byte_at(gif, 10));
  if (gif.size() < head) return std::nullopt;
  gif.remove_prefix(head);
  while (gif.size() >= 2 && gif.front() == extension) {
    gif.remove_prefix(2);  // and the label
    if (!skip_sub_blocks(gif)) return std::nullopt;
  }
  constexpr std::size_t descriptor_bytes = 10;
  if (gif.size() < descriptor_bytes || gif.front() != image) return std::nullopt;
  frame->left = number_at(gif, 1);
  frame->top = number_at(gif, 3);
  frame->width = number_at(gif, 5);
  frame->height = number_at(gif, 7);
  return frame;
}

}  // namespace kith::image
