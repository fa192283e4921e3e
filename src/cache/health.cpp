#include "cache/health.hpp"

#include <spdlog/spdlog.h>

namespace kith::cache {

void Health::add() {
  const std::lock_guard lock(mutex_);
  ++connections_;
  up_ = false;
}

void Health::note_up() {
  const std::lock_guard lock(mutex_);
  ++good_;
  if (good_ < connections_) return;
  up_ = true;
  spdlog::info("redis: {} {}", complained_ ? "connected again to" : "connected to", place_);
  complained_ = false;
}

void Health::note_down(const std::string& why, bool was_up) {
  const std::lock_guard lock(mutex_);
  if (was_up) --good_;
  up_ = false;
  if (complained_) return;
  complained_ = true;
  spdlog::warn("redis: {}: {}; continuing without it", place_, why);
}

}  // namespace kith::cache
