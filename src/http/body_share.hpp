#pragma once

#include <atomic>
#include <cstddef>

#include "base/limits.hpp"

namespace kith::http {

/// The share that one holder has of `bytes_max` of memory, which all holders in the process have
/// together. It is given back when the share is destroyed or released. Safe to use on any thread;
/// one share belongs to one.
template <std::size_t bytes_max, class Purpose>
class MemoryShare {
 public:
  MemoryShare() = default;
  ~MemoryShare() { release(); }
  MemoryShare(const MemoryShare&) = delete;
  MemoryShare& operator=(const MemoryShare&) = delete;

  /// Takes more, up to `bytes` in all. False, and no more is taken, when there is no room for it.
  bool grow_to(std::size_t bytes) {
    if (bytes <= bytes_) return true;
    const std::size_t more = bytes - bytes_;
    if (taken_.fetch_add(more, std::memory_order_relaxed) + more > bytes_max) {
      taken_.fetch_sub(more, std::memory_order_relaxed);
      return false;
    }
    bytes_ = bytes;
    return true;
  }

  /// The same where it cannot be refused any more: the memory is in use. Others are refused
  /// instead.
  void take(std::size_t bytes) {
    if (bytes <= bytes_) return;
    taken_.fetch_add(bytes - bytes_, std::memory_order_relaxed);
    bytes_ = bytes;
  }

  void release() {
    taken_.fetch_sub(bytes_, std::memory_order_relaxed);
    bytes_ = 0;
  }

  /// Whether `bytes` more could be taken now.
  static bool has_room(std::size_t bytes) {
    return taken_.load(std::memory_order_relaxed) + bytes <= bytes_max;
  }

  /// What all have taken.
  static std::size_t taken() { return taken_.load(std::memory_order_relaxed); }

 private:
  static inline std::atomic<std::size_t> taken_ = 0;
  std::size_t bytes_ = 0;
};

/// Of request bodies over `limits::kept_buffer_bytes_max`, until they have been handled.
using BodyShare = MemoryShare<limits::large_bodies_bytes_max, struct RequestBodies>;

/// Of answers over `limits::kept_buffer_bytes_max`, until they have been sent.
using AnswerShare = MemoryShare<limits::large_answers_bytes_max, struct AnswerBodies>;

}  // namespace kith::http
