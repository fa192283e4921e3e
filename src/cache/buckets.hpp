#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/task.hpp"

namespace kith::cache {

/// A request to a leaky bucket (GCRA) with its cost and the bucket's capacity.
struct BucketDraw {
  std::string key;  ///< identifies the bucket; any bytes
  std::chrono::microseconds cost;
  std::chrono::microseconds capacity;
};

/// The rate limit buckets that all instances share, for one loop.
class SharedBuckets {
 public:
  virtual ~SharedBuckets() = default;

  /// Returns the level before the draw, and adds the cost if there is room. Returns nothing if the
  /// shared buckets are unavailable: then the caller must count on its own.
  virtual Task<std::optional<std::chrono::microseconds>> draw(BucketDraw draw) = 0;
};

}  // namespace kith::cache
