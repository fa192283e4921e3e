#pragma once

#include <algorithm>
#include <span>

namespace kith::http {

/// Overwrites the bytes of a buffer before its reuse, in builds with AddressSanitizer only, so that
/// dangling views show garbage instead of plausible data.
inline void scrub([[maybe_unused]] std::span<char> bytes) {
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
  std::ranges::fill(bytes, '\xDD');
#endif
#endif
}

}  // namespace kith::http
