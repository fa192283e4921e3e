#include "app/signals.hpp"

#include <csignal>
#include <cstdlib>
#include <utility>

#include <spdlog/spdlog.h>

#include "base/threads.hpp"

namespace kith::app {

namespace {

/// Handles the second signal. The first process of a container has no default action.
void end_at_once(int signal) {
  constexpr int shells_offset = 128;
  std::_Exit(shells_offset + signal);
}

/// Ends the process after `timeout` if it is still running. The thread is detached, because it must
/// outlive connections that do not end.
void end_after(std::chrono::milliseconds timeout) {
  std::thread([timeout] {
    std::this_thread::sleep_for(timeout);
    spdlog::warn("stopping: drain timed out, closing the remaining connections");
    std::_Exit(EXIT_SUCCESS);
  }).detach();
}

}  // namespace

Signals::Signals(Actions actions, Times times) : actions_(std::move(actions)), times_(times) {
  wait_for_reload();
  wait_for_stop();
  thread_ = std::jthread([this] {
    name_thread("kith-signals");
    context_.run();
  });
}

Signals::~Signals() {
  context_.stop();
  thread_.join();
}

void Signals::wait_for_reload() {
  hang_up_.async_wait([this](const boost::system::error_code& error, int) {
    if (error) return;
    actions_.reload();
    wait_for_reload();
  });
}

void Signals::wait_for_stop() {
  stop_.async_wait([this](const boost::system::error_code& error, int) {
    if (!error) stop();
  });
}

void Signals::stop() {
  stop_.clear();
  for (const int each : {SIGTERM, SIGINT}) std::signal(each, end_at_once);
  actions_.retire();
  if (times_.serve_on.count() == 0) return drain();
  pause_.expires_after(times_.serve_on);
  pause_.async_wait([this](const boost::system::error_code& error) {
    if (!error) drain();
  });
}

void Signals::drain() {
  end_after(times_.drain_timeout);
  actions_.drain();
}

}  // namespace kith::app
