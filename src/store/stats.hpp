#pragma once

#include <chrono>
#include <memory>
#include <utility>

#include "base/result.hpp"
#include "base/stats.hpp"

namespace kith::store {

/// What was asked of one lane of one loop's store; raised on that loop, read on any thread.
struct LaneStats {
  Count begun;
  Count refused;        ///< there was no room, no time, no server or no disk
  Count broken;         ///< ended by an exception
  Durations durations;  ///< of what has ended, the time in queues included
  Count connected;      ///< connections that were made; SQLite's files are not counted
  Count disconnected;   ///< of these, lost
};

/// Of all lanes of one loop's store.
struct StoreStats {
  LaneStats points;
  LaneStats scans;
  LaneStats writes;
};

/// One read or batch from its making to its end, for the statistics.
class Call {
 public:
  explicit Call(std::shared_ptr<LaneStats> stats) : stats_(std::move(stats)) {
    stats_->begun.add(1);
  }
  /// What has not said that it ended was left by an exception.
  ~Call() {
    stats_->durations.add(std::chrono::steady_clock::now() - began_);
    if (!ended_) stats_->broken.add(1);
  }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  /// Notes how it ended, and passes that on.
  template <class T>
  Result<T> end(Result<T> result) {
    ended_ = true;
    if (!result && is_refusal(result.error().code)) stats_->refused.add(1);
    return result;
  }

 private:
  static bool is_refusal(Errc code) { return code == Errc::unavailable || code == Errc::disk_full; }

  // A coroutine that is given up when the loop ends may outlive the store.
  std::shared_ptr<LaneStats> stats_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  bool ended_ = false;
};

}  // namespace kith::store
