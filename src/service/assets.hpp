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

/// The file of that name, or null.
const Asset* find_asset(std::string_view name);

/// The content as it was before compression, for the few clients that cannot read gzip; unpacked
/// once and kept. Throws std::runtime_error if it is damaged.
std::string_view unpacked(const Asset& asset);

}  // namespace kith::service
