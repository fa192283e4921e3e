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

/// An event loop that answers LoopWatch when a handler has ended.
class WatchedLoop {
 public:
  /// `last_route` returns the route that the loop began last; it is called on the watch's thread.
  explicit WatchedLoop(std::function<std::string_view()> last_route)
      : last_route_(std::move(last_route)) {}

  /// Runs `context` on this thread until it is out of work. REQUIRES: nothing else
  /// stops `context`.
  void run(boost::asio::io_context& context);

 private:
  friend class LoopWatch;

  void begin(boost::asio::io_context& context);
  bool probe();
  bool answer();

  std::function<std::string_view()> last_route_;
  clockid_t cpu_clock_ = 0;  ///< of the loop's thread; valid while `running_`
  std::atomic<bool> running_ = false;
  std::atomic<std::uint64_t> answers_ = 0;      ///< to probes
  std::mutex mutex_;                            // protects the members below; held only briefly
  boost::asio::io_context* context_ = nullptr;  ///< null: not running
  bool probed_ = false;
};

/// Detects handlers that hold a loop. A thread samples the CPU time of all loops' threads every
/// `limits::loop_sample_interval` and probes each loop that has used CPU time: it stops the loop's
/// context, which returns after the running handler and is restarted at once. A handler holds its
/// loop if no answer comes while the thread uses CPU time; waiting for a core or for events does
/// not count. Reported times are lower bounds, up to one interval too short. Requests have no
/// overhead (ADR 20).
class LoopWatch {
 public:
  using Nanos = std::chrono::nanoseconds;

  explicit LoopWatch(Nanos hold_max = limits::loop_hold_max) : hold_max_(hold_max) {}
  /// Logs the slowest sampled handler.
  ~LoopWatch();
  LoopWatch(const LoopWatch&) = delete;
  LoopWatch& operator=(const LoopWatch&) = delete;

  /// Adds a loop. REQUIRES: `start` was not called yet.
  WatchedLoop& add(std::function<std::string_view()> last_route);

  /// Starts sampling.
  void start();

  /// Returns how many handlers held a loop for `hold_max` or longer; may be read on any thread.
  std::uint64_t holds() const { return holds_.load(std::memory_order_relaxed); }

  /// Returns the CPU time of the slowest sampled handler; may be read on any thread.
  Nanos slowest() const { return Nanos(slowest_ns_.load(std::memory_order_relaxed)); }

 private:
  /// The state of a loop according to earlier samples.
  struct Watched {
    explicit Watched(std::function<std::string_view()> last_route) : loop(std::move(last_route)) {}

    WatchedLoop loop;
    bool probed = false;        ///< the probe is not answered yet
    std::uint64_t answers = 0;  ///< count at the last sample
    Nanos since{0};             ///< the thread's CPU time just after the probe, or at the answer
    Nanos held{0};              ///< by the running handler, if it counts as a hold
    Nanos noted{0};             ///< the part of `held` that is logged
    std::string route;          ///< of the handler
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
  std::string slowest_route_;  // used only on the watch's thread
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;  // last: it uses all of these
};

}  // namespace kith::service
