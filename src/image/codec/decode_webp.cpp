#include <algorithm>
#include <memory>

#include <webp/decode.h>
#include <webp/demux.h>

#include "base/limits.hpp"
#include "image/codec/canvas.hpp"
#include "image/codec/decode.hpp"
#include "image/codec/orientation.hpp"

namespace kith::image {

namespace {

using Demuxer = std::unique_ptr<WebPDemuxer, decltype(&WebPDemuxDelete)>;

/// The first frame, whose bytes lie in the picture.
class FirstFrame {
 public:
  explicit FirstFrame(const WebPDemuxer* demuxer)
      : found_(WebPDemuxGetFrame(demuxer, 1, &frame_) != 0 && frame_.complete != 0) {}
  ~FirstFrame() { WebPDemuxReleaseIterator(&frame_); }
  FirstFrame(const FirstFrame&) = delete;
  FirstFrame& operator=(const FirstFrame&) = delete;

  explicit operator bool() const { return found_; }
  const WebPIterator* operator->() const { return &frame_; }

 private:
  WebPIterator frame_{};
  bool found_;
};

/// Pixels that libwebp has allocated.
class Pixels {
 public:
  Pixels(Size size, Size scaled_size) {
    WebPInitDecoderConfig(&config_);
    config_.output.colorspace = MODE_RGBA;
    // Not to the same size: it multiplies by the opacity and divides again.
    config_.options.use_scaling = size == scaled_size ? 0 : 1;
    config_.options.scaled_width = scaled_size.width;
    config_.options.scaled_height = scaled_size.height;
  }
  ~Pixels() { WebPFreeDecBuffer(&config_.output); }
  Pixels(const Pixels&) = delete;
  Pixels& operator=(const Pixels&) = delete;

  bool decode(const WebPData& data) {
    return WebPDecode(data.bytes, data.size, &config_) == VP8_STATUS_OK;
  }

  /// Draws them with their left upper corner at `left` and `top`.
  void draw(int left, int top, Canvas& canvas) const {
    const WebPRGBABuffer& buffer = config_.output.u.RGBA;
    for (int y = 0; y < config_.output.height; ++y) {
      canvas.draw({.x = left,
                   .y = top + y,
                   .count = config_.output.width,
                   .pixels = buffer.rgba + std::ptrdiff_t{y} * buffer.stride});
    }
  }

 private:
  WebPDecoderConfig config_{};
};

/// Returns the bytes of a chunk; empty: it has none.
std::string chunk_of(const WebPDemuxer* demuxer, const char* name) {
  WebPChunkIterator chunk{};
  std::string out;
  if (WebPDemuxGetChunk(demuxer, name, 1, &chunk) != 0) {
    out.assign(reinterpret_cast<const char*>(chunk.chunk.bytes), chunk.chunk.size);
  }
  WebPDemuxReleaseChunkIterator(&chunk);
  return out;
}

Size canvas_of(const WebPDemuxer* demuxer) {
  return {static_cast<int>(WebPDemuxGetI(demuxer, WEBP_FF_CANVAS_WIDTH)),
          static_cast<int>(WebPDemuxGetI(demuxer, WEBP_FF_CANVAS_HEIGHT))};
}

bool is_lossy(const WebPData& data) {
  constexpr int lossy = 1;
  WebPBitstreamFeatures features{};
  return WebPGetFeatures(data.bytes, data.size, &features) == VP8_STATUS_OK &&
         features.format == lossy;
}

/// Returns what libwebp scales a frame to, so that it holds few pixels.
Size scaled(Size size, int reduction) {
  return {std::max(1, size.width / reduction), std::max(1, size.height / reduction)};
}

}  // namespace

Decoded decode_webp(std::string_view webp, const Wanted& wanted) {
  const WebPData data{reinterpret_cast<const std::uint8_t*>(webp.data()), webp.size()};
  const Demuxer demuxer(WebPDemux(&data), &WebPDemuxDelete);
  if (!demuxer) return std::unexpected(Verdict::damaged);
  const FirstFrame frame(demuxer.get());
  if (!frame) return std::unexpected(Verdict::damaged);
  const Size canvas_size = canvas_of(demuxer.get());
  const Size frame_size{frame->width, frame->height};
  const bool covers_canvas = frame_size == canvas_size;
  const int most = covers_canvas && is_lossy(frame->fragment) ? limits::scaled_picture_pixels_max
                                                              : limits::picture_pixels_max;
  if (is_too_large(canvas_size, most)) return std::unexpected(Verdict::too_many_pixels);
  const int reduction = covers_canvas ? wanted.reduction_of(canvas_size) : 1;
  Pixels pixels(frame_size, scaled(frame_size, reduction));
  if (!pixels.decode(frame->fragment)) return std::unexpected(Verdict::damaged);
  Canvas canvas(covers_canvas ? scaled(canvas_size, reduction) : canvas_size, wanted);
  pixels.draw(frame->x_offset, frame->y_offset, canvas);
  return Picture{canvas.bitmap(), orientation_of(chunk_of(demuxer.get(), "EXIF")),
                 chunk_of(demuxer.get(), "ICCP")};
}

}  // namespace kith::image
