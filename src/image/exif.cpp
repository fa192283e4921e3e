#include "image/exif.hpp"

#include <cstdint>
#include <optional>

namespace kith::image {

namespace {

using namespace std::string_view_literals;

/// Reads numbers from a TIFF structure in either byte order.
class Tiff {
 public:
  explicit Tiff(std::string_view bytes)
      : bytes_(bytes), is_little_endian_(bytes.starts_with("II*\0"sv)) {}

  bool is_valid() const { return is_little_endian_ || bytes_.starts_with("MM\0*"sv); }

  std::optional<std::uint32_t> number(std::size_t at, std::size_t size) const {
    if (at > bytes_.size() || bytes_.size() - at < size) return std::nullopt;
    std::uint32_t out = 0;
    for (std::size_t n = 0; n < size; ++n) {
      const std::size_t next = is_little_endian_ ? at + size - 1 - n : at + n;
      out = out << 8 | static_cast<unsigned char>(bytes_[next]);
    }
    return out;
  }

 private:
  std::string_view bytes_;
  bool is_little_endian_;
};

}  // namespace

int orientation_of(std::string_view exif) {
  constexpr std::uint32_t orientation_tag = 0x0112;
  constexpr std::uint32_t last_orientation = 8;
  constexpr std::size_t entry_bytes = 12;
  if (exif.starts_with("Exif\0\0"sv)) exif.remove_prefix(6);
  const Tiff tiff(exif);
  const auto directory = tiff.is_valid() ? tiff.number(4, 4) : std::nullopt;
  const auto entries = directory ? tiff.number(*directory, 2) : std::nullopt;
  for (std::size_t n = 0; entries && n < *entries; ++n) {
    const std::size_t entry = *directory + 2 + n * entry_bytes;
    const auto tag = tiff.number(entry, 2);
    if (!tag) break;
    if (*tag != orientation_tag) continue;
    const auto value = tiff.number(entry + 8, 2);
    if (value && *value >= 1 && *value <= last_orientation) return static_cast<int>(*value);
    break;
  }
  return 1;
}

}  // namespace kith::image
