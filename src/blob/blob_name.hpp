#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace kith::blob {

/// The name of a blob: 32 random hexadecimal digits, so that a known name does not reveal others.
struct BlobName {
  std::string text;

  static BlobName make();
  static std::expected<BlobName, std::string_view> parse(std::string_view text);
  void append_to(std::string& out) const { out += text; }

  bool operator==(const BlobName&) const = default;
};

/// The suffix of a blob's file name: all blobs are WebP pictures.
inline constexpr std::string_view blob_suffix = ".webp";

}  // namespace kith::blob
