#include "image/codec/encode_jpeg.hpp"

#include <cstdint>
#include <cstdio>  // jpeglib.h needs its FILE
#include <cstdlib>
#include <new>
#include <utility>

#include <jpeglib.h>

#include "image/codec/jump.hpp"

namespace kith::image {

namespace {

constexpr int opaque = 255;

/// How libjpeg reports errors. The base comes first: libjpeg knows only its address.
struct WriteErrors {
  jpeg_error_mgr base{};
  Jump jump;

  WriteErrors() {
    jpeg_std_error(&base);
    base.error_exit = [](j_common_ptr info) {
      reinterpret_cast<WriteErrors*>(info->err)->jump.leave();
    };
    base.emit_message = [](j_common_ptr, int) {};
  }
};

/// One JPEG that libjpeg writes into memory of its own.
class JpegWriter {
 public:
  JpegWriter() { info_.err = &errors_.base; }
  ~JpegWriter() {
    jpeg_destroy_compress(&info_);
    std::free(out_);  // NOLINT: libjpeg allocates it with malloc
  }
  JpegWriter(const JpegWriter&) = delete;
  JpegWriter& operator=(const JpegWriter&) = delete;

  /// Returns false on an error.
  bool write(const Bitmap& bitmap, int quality) {
    return errors_.jump.runs([&] {
      jpeg_create_compress(&info_);
      jpeg_mem_dest(&info_, &out_, &out_bytes_);
      info_.image_width = static_cast<JDIMENSION>(bitmap.size.width);
      info_.image_height = static_cast<JDIMENSION>(bitmap.size.height);
      info_.input_components = static_cast<int>(Bitmap::pixel_bytes);
      info_.in_color_space = JCS_EXT_RGBX;
      jpeg_set_defaults(&info_);
      jpeg_set_quality(&info_, quality, TRUE);
      info_.optimize_coding = TRUE;
      jpeg_start_compress(&info_, TRUE);
      while (info_.next_scanline < info_.image_height) {
        // libjpeg only reads them.
        auto* const pixels =
            const_cast<std::uint8_t*>(bitmap.at(0, static_cast<int>(info_.next_scanline)));
        JSAMPROW rows[] = {pixels};  // NOLINT: an array as libjpeg takes it
        jpeg_write_scanlines(&info_, rows, 1);
      }
      jpeg_finish_compress(&info_);
    });
  }

  std::string bytes() const { return {reinterpret_cast<const char*>(out_), out_bytes_}; }

 private:
  WriteErrors errors_;
  jpeg_compress_struct info_{};
  unsigned char* out_ = nullptr;
  unsigned long out_bytes_ = 0;
};

}  // namespace

Bitmap on_white(Bitmap bitmap) {
  for (std::size_t at = 0; at < bitmap.pixels.size(); at += Bitmap::pixel_bytes) {
    std::uint8_t* const pixel = &bitmap.pixels[at];
    const int share = pixel[opacity];
    for (std::size_t channel = 0; channel < opacity; ++channel) {
      const int mixed = pixel[channel] * share + opaque * (opaque - share);
      pixel[channel] = static_cast<std::uint8_t>((mixed + opaque / 2) / opaque);
    }
    pixel[opacity] = opaque;
  }
  return bitmap;
}

std::string encode_jpeg(const Bitmap& bitmap, int quality) {
  JpegWriter writer;
  if (!writer.write(bitmap, quality)) throw std::bad_alloc();
  return writer.bytes();
}

}  // namespace kith::image
