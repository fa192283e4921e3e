#pragma once

#include <algorithm>
#include <span>

namespace kith::http {

/// Overwrites bytes of a buffer that is about to be used again, in builds with AddressSanitizer:
/// a view of them that was kept too long then shows nonsense instead of what it happened to see.
inline void scrub([[maybe_unused]] std::span<char> bytes) {
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
  std::ranges::fill(bytes, '\xDD');
#endif
#endif
}

}  // namespace kith::http
