#include <algorithm>
#include <array>
#include <cstdio>  // jpeglib.h needs its FILE
#include <cstdlib>
#include <string>

#include <jerror.h>
#include <jpeglib.h>

#include "base/limits.hpp"
#include "image/codec/canvas.hpp"
#include "image/codec/decode.hpp"
#include "image/codec/jump.hpp"
#include "image/codec/orientation.hpp"

namespace kith::image {

namespace {

constexpr int exif_marker = JPEG_APP0 + 1;
constexpr int profile_marker = JPEG_APP0 + 2;
/// 50 megapixels as cameras save them, with a quarter of the colours.
constexpr std::uint64_t coefficient_bytes_max = 144 * 1024 * 1024;

/// Returns whether a picture is complete in spite of a warning. Cameras omit the end marker and
/// write further bytes before markers. Others mean missing or wrong pixels, which libjpeg makes
/// grey.
bool is_harmless(int warning) {
  constexpr std::array harmless{JWRN_JPEG_EOF,   JWRN_EXTRANEOUS_DATA, JWRN_ADOBE_XFORM,
                                JWRN_JFIF_MAJOR, JWRN_TOO_MUCH_DATA,   JWRN_BOGUS_ICC};
  return std::ranges::find(harmless, warning) != harmless.end();
}

/// How libjpeg reports errors and warnings. The base comes first: libjpeg knows only its address.
struct ReadErrors {
  jpeg_error_mgr base{};
  Jump jump;
  bool is_damaged = false;
  bool is_cut = false;  ///< the file ended before the end marker

  ReadErrors() {
    jpeg_std_error(&base);
    base.error_exit = [](j_common_ptr info) { of(info).jump.leave(); };
    base.emit_message = [](j_common_ptr info, int level) {
      if (level >= 0) return;
      if (info->err->msg_code == JWRN_JPEG_EOF) of(info).is_cut = true;
      if (!is_harmless(info->err->msg_code)) of(info).is_damaged = true;
    };
  }

  static ReadErrors& of(j_common_ptr info) { return *reinterpret_cast<ReadErrors*>(info->err); }
};

/// One JPEG in libjpeg. Each function returns false on an error.
class JpegReader {
 public:
  JpegReader() { info_.err = &errors_.base; }
  ~JpegReader() {
    jpeg_destroy_decompress(&info_);
    std::free(profile_);  // NOLINT: libjpeg allocates it with malloc
  }
  JpegReader(const JpegReader&) = delete;
  JpegReader& operator=(const JpegReader&) = delete;

  bool read_header(std::string_view jpeg) {
    return errors_.jump.runs([&] {
      jpeg_create_decompress(&info_);
      jpeg_mem_src(&info_, reinterpret_cast<const unsigned char*>(jpeg.data()), jpeg.size());
      constexpr unsigned whole_segments = 0xFFFF;
      jpeg_save_markers(&info_, exif_marker, whole_segments);
      jpeg_save_markers(&info_, profile_marker, whole_segments);
      jpeg_read_header(&info_, TRUE);
      jpeg_read_icc_profile(&info_, &profile_, &profile_bytes_);
    });
  }

  Size size() const {
    return {static_cast<int>(info_.image_width), static_cast<int>(info_.image_height)};
  }

  /// Returns the memory for the coefficients, in bytes, if all of them are needed before the first
  /// row: in progressive JPEGs and others with several scans.
  std::uint64_t coefficient_bytes() {
    if (jpeg_has_multiple_scans(&info_) == 0) return 0;
    std::uint64_t blocks = 0;
    for (int n = 0; n < info_.num_components; ++n) {
      const jpeg_component_info& component = info_.comp_info[n];
      blocks += std::uint64_t{component.width_in_blocks} * component.height_in_blocks;
    }
    return blocks * DCTSIZE2 * sizeof(JCOEF);
  }

  /// Begins to decode, at the smallest of 1/8, 1/4, 1/2 and 1 that is large enough.
  bool start(const Wanted& wanted) {
    info_.scale_denom = 8;
    info_.scale_num = 8;
    for (int rest = wanted.reduction_of(size()); rest >= 2 && info_.scale_num > 1; rest /= 2) {
      info_.scale_num /= 2;
    }
    info_.out_color_space = channels() == Channels::cmyk ? JCS_CMYK : JCS_EXT_RGBA;
    return errors_.jump.runs([&] { jpeg_start_decompress(&info_); });
  }

  Size scaled_size() const {
    return {static_cast<int>(info_.output_width), static_cast<int>(info_.output_height)};
  }

  Channels channels() const { return info_.num_components == 4 ? Channels::cmyk : Channels::rgba; }

  /// `row` has space for a row of pixels.
  bool read_rows(std::vector<std::uint8_t>& row, Canvas& canvas) {
    return errors_.jump.runs([&] {
      while (info_.output_scanline < info_.output_height) {
        const auto y = static_cast<int>(info_.output_scanline);
        std::uint8_t* const pixels = row.data();
        JSAMPROW rows[] = {pixels};  // NOLINT: an array as libjpeg takes it
        if (jpeg_read_scanlines(&info_, rows, 1) != 1) errors_.jump.leave();
        if (info_.out_color_space == JCS_CMYK && info_.saw_Adobe_marker != 0) invert(row);
        canvas.draw({.x = 0, .y = y, .count = scaled_size().width, .pixels = pixels});
      }
    });
  }

  /// Returns whether all pixels were there.
  bool is_whole() const { return !errors_.is_damaged && !(errors_.is_cut && lacks_scans()); }

  int orientation() const {
    for (jpeg_saved_marker_ptr marker = info_.marker_list; marker; marker = marker->next) {
      const std::string_view data(reinterpret_cast<const char*>(marker->data), marker->data_length);
      if (marker->marker == exif_marker && data.starts_with("Exif")) return orientation_of(data);
    }
    return 1;
  }

  std::string profile() const {
    return profile_ ? std::string(reinterpret_cast<const char*>(profile_), profile_bytes_)
                    : std::string();
  }

 private:
  /// Returns whether a coefficient of a progressive JPEG is not known to its last bit.
  bool lacks_scans() const {
    if (info_.progressive_mode == 0) return false;
    const int* const missing_bits = info_.coef_bits[0];
    const int* const end = missing_bits + std::ptrdiff_t{info_.num_components} * DCTSIZE2;
    return std::any_of(missing_bits, end, [](int bits) { return bits != 0; });
  }

  /// Adobe's programs store inks inverted.
  static void invert(std::vector<std::uint8_t>& row) noexcept {
    for (std::uint8_t& ink : row) ink = static_cast<std::uint8_t>(255 - ink);
  }

  ReadErrors errors_;
  jpeg_decompress_struct info_{};
  JOCTET* profile_ = nullptr;
  unsigned profile_bytes_ = 0;
};

}  // namespace

Decoded decode_jpeg(std::string_view jpeg, const Wanted& wanted) {
  JpegReader reader;
  if (!reader.read_header(jpeg)) return std::unexpected(Verdict::damaged);
  if (is_too_large(reader.size(), limits::scaled_picture_pixels_max)) {
    return std::unexpected(Verdict::too_many_pixels);
  }
  if (reader.coefficient_bytes() > coefficient_bytes_max) {
    return std::unexpected(Verdict::too_much_memory);
  }
  if (!reader.start(wanted)) return std::unexpected(Verdict::damaged);
  Canvas canvas(reader.scaled_size(), wanted, reader.channels());
  std::vector<std::uint8_t> row(static_cast<std::size_t>(reader.scaled_size().width) *
                                Bitmap::pixel_bytes);
  if (!reader.read_rows(row, canvas) || !reader.is_whole()) {
    return std::unexpected(Verdict::damaged);
  }
  return Picture{canvas.bitmap(), reader.orientation(), reader.profile()};
}

}  // namespace kith::image
