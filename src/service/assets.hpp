#pragma once

#include <span>
#include <string>
#include <string_view>

namespace kith::service {

/// A file of the web pages, embedded in the program by tools/embed.py.
struct Asset {
  std::string_view name;  ///< `index.html`, `kith.css`, without a folder
  std::string_view content_type;
  std::string_view etag;  ///< with its quotes
  std::string_view gzip;  ///< the content (RFC 1952)
};

/// All embedded files.
std::span<const Asset> assets();

/// Returns the file with that name, or null.
const Asset* find_asset(std::string_view name);

/// Returns the uncompressed content, for the few clients that cannot read gzip; cached after the
/// first call. Throws std::runtime_error if the content is damaged.
std::string_view unpacked(const Asset& asset);

}  // namespace kith::service
