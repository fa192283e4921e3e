#include <algorithm>
#include <array>
#include <cstring>

#include <png.h>

#include "base/limits.hpp"
#include "image/codec/canvas.hpp"
#include "image/codec/decode.hpp"
#include "image/codec/jump.hpp"
#include "image/codec/orientation.hpp"

namespace kith::image {

namespace {

/// One PNG in libpng. Functions that return bool return false on an error.
class PngReader {
 public:
  explicit PngReader(std::string_view bytes) : rest_(bytes) {
    jump_.runs([&] {
      png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, this, &on_error, &on_warning);
      info_ = png_ ? png_create_info_struct(png_) : nullptr;
    });
  }
  ~PngReader() { png_destroy_read_struct(&png_, &info_, nullptr); }
  PngReader(const PngReader&) = delete;
  PngReader& operator=(const PngReader&) = delete;

  bool read_header() {
    return info_ && jump_.runs([&] {
      png_set_read_fn(png_, this, &on_read);
      // The caller checks the size. A smaller limit of libpng would be an error like any other.
      png_set_user_limits(png_, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
      // A profile is unpacked to this size at most.
      png_set_chunk_malloc_max(png_, limits::picture_bytes_max);
      ignore_texts();
      png_read_info(png_, info_);
    });
  }

  Size size() const {
    return {static_cast<int>(png_get_image_width(png_, info_)),
            static_cast<int>(png_get_image_height(png_, info_))};
  }

  bool has_16_bits() const { return png_get_bit_depth(png_, info_) == 16; }

  /// Has every kind of PNG converted to red, green, blue and opacity of 8 bits each.
  bool start() {
    constexpr unsigned opaque = 0xFF;
    return jump_.runs([&] {
      png_set_expand(png_);
      png_set_scale_16(png_);
      png_set_gray_to_rgb(png_);
      png_set_add_alpha(png_, opaque, PNG_FILLER_AFTER);
      png_read_update_info(png_, info_);
      if (png_get_rowbytes(png_, info_) != row_bytes()) jump_.leave();
    });
  }

  std::size_t row_bytes() const {
    return static_cast<std::size_t>(size().width) * Bitmap::pixel_bytes;
  }

  /// `row` has `row_bytes()`. The passes of an interlaced picture are drawn one after the other, so
  /// that none of its pixels need to be held.
  bool read_rows(std::vector<std::uint8_t>& row, Canvas& canvas) {
    return jump_.runs([&] {
      const bool is_interlaced = png_get_interlace_type(png_, info_) == PNG_INTERLACE_ADAM7;
      for (int pass = 0; pass < PNG_INTERLACE_ADAM7_PASSES && is_interlaced; ++pass) {
        read_pass(pass, row.data(), canvas);
      }
      for (int y = 0; y < size().height && !is_interlaced; ++y) {
        png_read_row(png_, row.data(), nullptr);
        canvas.draw({.x = 0, .y = y, .count = size().width, .pixels = row.data()});
      }
    });
  }

  /// Reads the EXIF data behind the pixels. Damage there takes no pixels away.
  void read_end() {
    jump_.runs([&] { png_read_end(png_, info_); });
  }

  int orientation() const {
    png_bytep exif = nullptr;
    png_uint_32 size = 0;
    if (png_get_eXIf_1(png_, info_, &size, &exif) == 0) return 1;
    return orientation_of({reinterpret_cast<const char*>(exif), size});
  }

  std::string profile() const {
    png_charp name = nullptr;
    png_bytep profile = nullptr;
    png_uint_32 size = 0;
    int compression = 0;
    if (png_get_iCCP(png_, info_, &name, &compression, &profile, &size) == 0) return {};
    return {reinterpret_cast<const char*>(profile), size};
  }

 private:
  static PngReader& of(png_voidp reader) { return *static_cast<PngReader*>(reader); }

  static void on_error(png_structp png, png_const_charp /*text*/) {
    of(png_get_error_ptr(png)).jump_.leave();
  }
  static void on_warning(png_structp /*png*/, png_const_charp /*text*/) {}

  static void on_read(png_structp png, png_bytep to, std::size_t size) {
    PngReader& reader = of(png_get_io_ptr(png));
    if (reader.rest_.size() < size) reader.jump_.leave();
    std::memcpy(to, reader.rest_.data(), size);
    reader.rest_.remove_prefix(size);
  }

  /// Does not unpack texts and the like, which may be large.
  void ignore_texts() {
    constexpr std::array<png_byte, 36> chunks{"tEXt\0zTXt\0iTXt\0sPLT\0hIST\0pCAL\0tIME"};
    png_set_keep_unknown_chunks(png_, PNG_HANDLE_CHUNK_NEVER, chunks.data(), 7);
  }

  void read_pass(int pass, std::uint8_t* row, Canvas& canvas) {
    const auto [width, height] = size();
    const int columns = PNG_PASS_COLS(width, pass);
    if (columns == 0) return;
    for (int n = 0; n < PNG_PASS_ROWS(height, pass); ++n) {
      png_read_row(png_, row, nullptr);
      canvas.draw({.x = PNG_PASS_START_COL(pass),
                   .y = PNG_ROW_FROM_PASS_ROW(n, pass),
                   .step = PNG_PASS_COL_OFFSET(pass),
                   .count = columns,
                   .pixels = row});
    }
  }

  Jump jump_;
  std::string_view rest_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
};

}  // namespace

Decoded decode_png(std::string_view png, const Wanted& wanted) {
  PngReader reader(png);
  if (!reader.read_header()) return std::unexpected(Verdict::damaged);
  const int most = reader.has_16_bits() ? limits::picture_pixels_max : limits::png_pixels_max;
  if (is_too_large(reader.size(), most)) return std::unexpected(Verdict::too_many_pixels);
  if (!reader.start()) return std::unexpected(Verdict::damaged);
  Canvas canvas(reader.size(), wanted);
  std::vector<std::uint8_t> row(reader.row_bytes());
  if (!reader.read_rows(row, canvas)) return std::unexpected(Verdict::damaged);
  reader.read_end();
  return Picture{canvas.bitmap(), reader.orientation(), reader.profile()};
}

}  // namespace kith::image
