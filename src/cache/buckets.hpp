#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/task.hpp"

namespace kith::cache {

/// A request to a bucket that leaks (GCRA): so much time it costs, and so much a bucket holds.
struct BucketDraw {
  std::string key;  ///< whose bucket; any bytes
  std::chrono::microseconds cost;
  std::chrono::microseconds capacity;
};

/// The buckets that all instances share, for one loop.
class SharedBuckets {
 public:
  virtual ~SharedBuckets() = default;

  /// What the bucket held before; the cost is added to it if it has room. Nothing: it could not be
  /// asked, and whoever wants to count must do so alone.
  virtual Task<std::optional<std::chrono::microseconds>> draw(BucketDraw draw) = 0;
};

}  // namespace kith::cache
