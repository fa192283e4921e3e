#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <time.h>

#include "base/limits.hpp"

namespace kith::service {

/// An event loop that tells LoopWatch when one of its handlers has ended.
class WatchedLoop {
 public:
  /// `last_route` names what the loop was last asked to do; it is called on the watch's thread.
  explicit WatchedLoop(std::function<std::string_view()> last_route)
      : last_route_(std::move(last_route)) {}

  /// Runs `context` on this thread until it is out of work. REQUIRES: `context` is stopped by
  /// nothing else.
  void run(boost::asio::io_context& context);

 private:
  friend class LoopWatch;

  void begin(boost::asio::io_context& context);
  bool probe();
  bool answer();

  std::function<std::string_view()> last_route_;
  clockid_t cpu_clock_ = 0;  ///< of its thread, once that is `running_`
  std::atomic<bool> running_ = false;
  std::atomic<std::uint64_t> answers_ = 0;      ///< to probes
  std::mutex mutex_;                            // of what follows; held for moments only
  boost::asio::io_context* context_ = nullptr;  ///< null: it does not run
  bool probed_ = false;
};

/// Notices handlers that hold a loop. A thread looks at the CPU time of all loops' threads every
/// `limits::loop_sample_interval` and probes a loop that has used some: it stops the loop's
/// context, which returns when the handler that runs has ended, and goes on at once. A handler
/// holds its loop when no answer comes while the thread uses CPU time; a thread that waits for a
/// core or for events holds nothing. What is reported is a lower bound, up to one interval too
/// short. Requests pay nothing for it (ADR 20).
class LoopWatch {
 public:
  using Nanos = std::chrono::nanoseconds;

  explicit LoopWatch(Nanos hold_max = limits::loop_hold_max) : hold_max_(hold_max) {}
  /// Logs the slowest handler that was seen.
  ~LoopWatch();
  LoopWatch(const LoopWatch&) = delete;
  LoopWatch& operator=(const LoopWatch&) = delete;

  /// Adds a loop. REQUIRES: `start` was not called yet.
  WatchedLoop& add(std::function<std::string_view()> last_route);

  /// Begins to sample.
  void start();

  /// How many handlers have held a loop for `hold_max` or longer; may be read on any thread.
  std::uint64_t holds() const { return holds_.load(std::memory_order_relaxed); }

  /// The CPU time of the slowest handler that a sample met; may be read on any thread.
  Nanos slowest() const { return Nanos(slowest_ns_.load(std::memory_order_relaxed)); }

 private:
  /// What is known of a loop from its earlier samples.
  struct Watched {
    explicit Watched(std::function<std::string_view()> last_route) : loop(std::move(last_route)) {}

    WatchedLoop loop;
    bool probed = false;        ///< and not seen to have answered
    std::uint64_t answers = 0;  ///< seen
    Nanos since{0};             ///< the thread's CPU time just after the probe, or at the answer
    Nanos held{0};              ///< by the handler that runs, once that is long enough
    Nanos noted{0};             ///< up to where that is in the log
    std::string route;          ///< that it was noticed in
  };

  void run(const std::stop_token& stop);
  void sample(Watched& watched);
  void probe(Watched& watched);
  void note_running(Watched& watched, Nanos held);
  void note_end(Watched& watched);

  const Nanos hold_max_;
  std::vector<std::unique_ptr<Watched>> loops_;
  std::atomic<std::uint64_t> holds_ = 0;
  std::atomic<std::int64_t> slowest_ns_ = 0;
  std::string slowest_route_;  // of the watch's thread
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;  // last: it uses all of these
};

}  // namespace kith::service
