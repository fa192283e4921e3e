#pragma once

#include <optional>
#include <string_view>

namespace kith::image {

/// The size of an image in pixels as browsers show it: upright.
struct Dimensions {
  int width = 0;
  int height = 0;

  bool operator==(const Dimensions&) const = default;
};

/// Reads the size from the header of a JPEG, PNG, GIF or WebP; nullopt for other data, and if the
/// header is damaged or names no size. Decodes no pixel and allocates nothing: the bytes may come
/// from anywhere. Of JPEG, it looks at `segments_max` segments at most, and applies the EXIF
/// orientation.
std::optional<Dimensions> dimensions_of(std::string_view image);

/// Cameras write some dozens.
inline constexpr int segments_max = 1000;

}  // namespace kith::image
