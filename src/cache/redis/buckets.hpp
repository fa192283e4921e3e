#pragma once

#include <memory>

#include "cache/buckets.hpp"
#include "cache/redis/link.hpp"

namespace kith::cache::redis {

/// Buckets in Redis, keyed by `kith:rate:` and a digest. They use Redis' clock, so that the clocks
/// of instances do not matter. Each bucket expires when it is empty.
class Buckets : public SharedBuckets {
 public:
  explicit Buckets(std::shared_ptr<Link> link) : link_(std::move(link)) {}

  Task<std::optional<std::chrono::microseconds>> draw(BucketDraw draw) override;

 private:
  std::shared_ptr<Link> link_;
};

}  // namespace kith::cache::redis
