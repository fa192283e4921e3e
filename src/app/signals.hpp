#pragma once

#include <chrono>
#include <functional>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/limits.hpp"

namespace kith::app {

/// Handles the signals of the process on a dedicated thread, so that a held event loop delays
/// neither signals nor the end of the process. The process ends at most `drain_timeout` after the
/// drain began, with all acknowledged writes on disk.
class Signals {
 public:
  /// The actions of the signals. They are called on the thread of the signals and must not block.
  struct Actions {
    std::function<void()> reload;  ///< at each SIGHUP
    std::function<void()> retire;  ///< at the first SIGTERM or SIGINT; the second ends at once
    std::function<void()> drain;   ///< `serve_on` later
  };

  struct Times {
    std::chrono::milliseconds serve_on{0};
    std::chrono::milliseconds drain_timeout = limits::drain_timeout;
  };

  /// Starts handling signals.
  Signals(Actions actions, Times times);
  /// Stops handling signals; the time limit of a drain that has begun still applies.
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

 private:
  void wait_for_reload();
  void wait_for_stop();
  void stop();
  void drain();

  const Actions actions_;
  const Times times_;
  boost::asio::io_context context_{1};
  boost::asio::signal_set hang_up_{context_, SIGHUP};
  boost::asio::signal_set stop_{context_, SIGTERM, SIGINT};
  boost::asio::steady_timer pause_{context_};
  std::jthread thread_;  // last: it uses all of these
};

}  // namespace kith::app
