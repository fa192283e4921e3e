#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <optional>
#include <span>

#include <gif_lib.h>

#include "base/limits.hpp"
#include "image/codec/canvas.hpp"
#include "image/codec/decode.hpp"

namespace kith::image {

namespace {

struct CloseGif {
  void operator()(GifFileType* gif) const { DGifCloseFile(gif, nullptr); }
};
using Gif = std::unique_ptr<GifFileType, CloseGif>;

/// The bytes of four-byte pixels by their index; zeros are transparent.
using Palette = std::array<std::array<std::uint8_t, Bitmap::pixel_bytes>, 256>;

/// `gif->UserData` is the rest of the file.
int read_bytes(GifFileType* gif, GifByteType* to, int size) {
  auto& rest = *static_cast<std::string_view*>(gif->UserData);
  const std::size_t count = std::min(rest.size(), static_cast<std::size_t>(size));
  std::memcpy(to, rest.data(), count);
  rest.remove_prefix(count);
  return static_cast<int>(count);
}

/// Reads an extension; returns false if the file is damaged. `transparent` becomes the index of the
/// transparent colour of the next frame, if the extension is about that.
bool read_extension(GifFileType* gif, int& transparent) {
  int code = 0;
  GifByteType* block = nullptr;
  if (DGifGetExtension(gif, &code, &block) == GIF_ERROR) return false;
  while (block) {
    GraphicsControlBlock control{};
    if (code == GRAPHICS_EXT_FUNC_CODE &&
        DGifExtensionToGCB(block[0], block + 1, &control) == GIF_OK) {
      transparent = control.TransparentColor;
    }
    if (DGifGetExtensionNext(gif, &block) == GIF_ERROR) return false;
  }
  return true;
}

/// Reads up to the pixels of the first frame. Returns the index of its transparent colour (or
/// NO_TRANSPARENT_COLOR); nothing if there is no frame or the file is damaged.
std::optional<int> find_frame(GifFileType* gif) {
  int transparent = NO_TRANSPARENT_COLOR;
  GifRecordType record = UNDEFINED_RECORD_TYPE;
  while (DGifGetRecordType(gif, &record) == GIF_OK) {
    if (record == IMAGE_DESC_RECORD_TYPE) {
      return DGifGetImageDesc(gif) == GIF_OK ? std::optional(transparent) : std::nullopt;
    }
    if (record != EXTENSION_RECORD_TYPE || !read_extension(gif, transparent)) break;
  }
  return std::nullopt;
}

/// Indexes without a colour are transparent, as in browsers.
std::optional<Palette> palette_of(const GifFileType& gif, int transparent) {
  const ColorMapObject* const map = gif.Image.ColorMap ? gif.Image.ColorMap : gif.SColorMap;
  if (!map) return std::nullopt;
  Palette out{};
  for (int n = 0; n < map->ColorCount; ++n) {
    const GifColorType& color = map->Colors[n];
    if (n != transparent)
      out[static_cast<std::size_t>(n)] = {color.Red, color.Green, color.Blue, 255};
  }
  return out;
}

/// Reads a row of the frame and draws it.
class Rows {
 public:
  Rows(GifFileType* gif, const Palette& palette, Canvas& canvas)
      : gif_(gif),
        palette_(palette),
        canvas_(canvas),
        indexes_(static_cast<std::size_t>(gif->Image.Width)),
        pixels_(indexes_.size()) {}

  bool read(int y) {
    const GifImageDesc& frame = gif_->Image;
    if (DGifGetLine(gif_, indexes_.data(), frame.Width) == GIF_ERROR) return false;
    std::ranges::transform(indexes_, pixels_.begin(), [&](auto index) { return palette_[index]; });
    canvas_.draw({.x = frame.Left,
                  .y = frame.Top + y,
                  .count = frame.Width,
                  .pixels = pixels_.front().data()});
    return true;
  }

 private:
  GifFileType* gif_;
  const Palette& palette_;
  Canvas& canvas_;
  std::vector<GifByteType> indexes_;
  std::vector<Palette::value_type> pixels_;
};

/// The rows of an interlaced frame come in four passes (GIF89a specification, appendix E).
struct Pass {
  int first;
  int step;
};
constexpr std::array interlaced{Pass{0, 8}, Pass{4, 8}, Pass{2, 4}, Pass{1, 2}};
constexpr std::array in_order{Pass{0, 1}};

bool read_passes(Rows& rows, int height, std::span<const Pass> passes) {
  for (const Pass& pass : passes) {
    for (int y = pass.first; y < height; y += pass.step) {
      if (!rows.read(y)) return false;
    }
  }
  return true;
}

/// Returns the canvas, enlarged to contain a first frame that extends beyond it, as in browsers.
Size canvas_of(const GifFileType& gif) {
  return {std::max(gif.SWidth, gif.Image.Left + gif.Image.Width),
          std::max(gif.SHeight, gif.Image.Top + gif.Image.Height)};
}

}  // namespace

Decoded decode_gif(std::string_view bytes, const Wanted& wanted) {
  const Gif gif(DGifOpen(&bytes, &read_bytes, nullptr));
  if (!gif) return std::unexpected(Verdict::damaged);
  const auto transparent = find_frame(gif.get());
  const auto palette = transparent ? palette_of(*gif, *transparent) : std::nullopt;
  const GifImageDesc& frame = gif->Image;
  const Size size = canvas_of(*gif);
  if (is_too_large(size, limits::picture_pixels_max)) {
    return std::unexpected(Verdict::too_many_pixels);
  }
  if (!palette || frame.Width <= 0 || frame.Height <= 0) return std::unexpected(Verdict::damaged);
  Canvas canvas(size, wanted);
  Rows rows(gif.get(), *palette, canvas);
  const auto passes =
      frame.Interlace ? std::span<const Pass>(interlaced) : std::span<const Pass>(in_order);
  if (!read_passes(rows, frame.Height, passes)) return std::unexpected(Verdict::damaged);
  return Picture{canvas.bitmap(), 1, {}};
}

}  // namespace kith::image
