#pragma once

#include <chrono>
#include <memory>
#include <utility>

#include "base/result.hpp"
#include "base/stats.hpp"

namespace kith::store {

/// Statistics of one lane of one loop's store; updated on that loop, readable on any thread.
struct LaneStats {
  Count begun;
  Count refused;        ///< no room, time, server or disk space
  Count broken;         ///< ended by an exception
  Durations durations;  ///< of ended requests, time in queues included
  Count connected;      ///< connections made, except to SQLite files
  Count disconnected;   ///< lost connections
};

/// Statistics of all lanes of one loop's store.
struct StoreStats {
  LaneStats points;
  LaneStats scans;
  LaneStats writes;
};

/// A read or batch from its creation to its end, for the statistics.
class Call {
 public:
  explicit Call(std::shared_ptr<LaneStats> stats) : stats_(std::move(stats)) {
    stats_->begun.add(1);
  }
  /// A call without an `end` was left by an exception.
  ~Call() {
    stats_->durations.add(std::chrono::steady_clock::now() - began_);
    if (!ended_) stats_->broken.add(1);
  }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  /// Records the outcome and passes it on.
  template <class T>
  Result<T> end(Result<T> result) {
    ended_ = true;
    if (!result && is_refusal(result.error().code)) stats_->refused.add(1);
    return result;
  }

 private:
  static bool is_refusal(Errc code) { return code == Errc::unavailable || code == Errc::disk_full; }

  // A coroutine that is destroyed with the loop may outlive the store.
  std::shared_ptr<LaneStats> stats_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  bool ended_ = false;
};

}  // namespace kith::store
