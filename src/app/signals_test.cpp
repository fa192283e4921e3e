#include "app/signals.hpp"

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <thread>

#include <gtest/gtest.h>
#include <unistd.h>

namespace kith::app {
namespace {

using namespace std::chrono_literals;

/// Ends the test's process if it is still running.
void fail_after(std::chrono::seconds time) {
  std::thread([time] {
    std::this_thread::sleep_for(time);
    std::_Exit(1);
  }).detach();
}

/// A process with a held loop, which gets `first` and, after a moment, `second`.
[[noreturn]] void hold_and_signal(Signals::Times times, int first, int second) {
  fail_after(8s);
  std::atomic<int> steps = 0;
  const Signals signals({.reload = [&steps] { steps = 100; },
                         .retire = [&steps] { ++steps; },
                         .drain = [&steps] { ++steps; }},
                        times);
  ::kill(::getpid(), first);
  std::this_thread::sleep_for(300ms);
  if (second != 0) ::kill(::getpid(), second);
  if (first == SIGHUP) std::_Exit(steps);
  for (;;) pause();  // a loop that never runs the posted handlers
}

class SignalsDeathTest : public testing::Test {
 protected:
  void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

TEST_F(SignalsDeathTest, EndTheProcessInTimeWhenItsLoopIsBlocked) {
  EXPECT_EXIT(hold_and_signal({.serve_on = 0ms, .drain_timeout = 500ms}, SIGTERM, 0),
              testing::ExitedWithCode(0), "");
  EXPECT_EXIT(hold_and_signal({.serve_on = 200ms, .drain_timeout = 200ms}, SIGINT, 0),
              testing::ExitedWithCode(0), "");
}

TEST_F(SignalsDeathTest, EndTheProcessAtOnceTheSecondTime) {
  EXPECT_EXIT(hold_and_signal({.serve_on = 60s, .drain_timeout = 60s}, SIGTERM, SIGINT),
              testing::ExitedWithCode(128 + SIGINT), "");
  EXPECT_EXIT(hold_and_signal({.serve_on = 0ms, .drain_timeout = 60s}, SIGTERM, SIGTERM),
              testing::ExitedWithCode(128 + SIGTERM), "");
}

TEST_F(SignalsDeathTest, ReloadAtEachSighup) {
  EXPECT_EXIT(hold_and_signal({}, SIGHUP, 0), testing::ExitedWithCode(100), "");
}

}  // namespace
}  // namespace kith::app
