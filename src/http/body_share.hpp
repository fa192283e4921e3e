#pragma once

#include <atomic>
#include <cstddef>

#include "base/limits.hpp"

namespace kith::http {

/// What one body takes of the memory that the large bodies of all connections of the process may
/// have together: `limits::large_bodies_bytes_max`. It is given back at the end.
class BodyShare {
 public:
  BodyShare() = default;
  ~BodyShare() { taken_.fetch_sub(bytes_, std::memory_order_relaxed); }
  BodyShare(const BodyShare&) = delete;
  BodyShare& operator=(const BodyShare&) = delete;

  /// Takes more, up to `bytes` in all. False, and no more is taken, when there is no room for it.
  bool grow_to(std::size_t bytes) {
    if (bytes <= bytes_) return true;
    const std::size_t more = bytes - bytes_;
    if (taken_.fetch_add(more, std::memory_order_relaxed) + more > limits::large_bodies_bytes_max) {
      taken_.fetch_sub(more, std::memory_order_relaxed);
      return false;
    }
    bytes_ = bytes;
    return true;
  }

 private:
  static inline std::atomic<std::size_t> taken_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace kith::http
