#include "service/loop_watch.hpp"

#include <memory>
#include <sstream>
#include <thread>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <gmock/gmock.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

namespace kith::service {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

/// Uses `time` of this thread's CPU time.
void burn(std::chrono::nanoseconds time) {
  const auto used = [] {
    timespec spent{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
    return std::chrono::seconds(spent.tv_sec) + std::chrono::nanoseconds(spent.tv_nsec);
  };
  const auto end = used() + time;
  while (used() < end) continue;
}

/// Runs the handlers that `fill` posts under a watch; returns the number of detected holds.
template <class Fill>
std::uint64_t holds_of(Fill fill) {
  LoopWatch watch(50ms);
  WatchedLoop& loop = watch.add([] { return "a_route"; });
  asio::io_context context(1);
  fill(context);
  watch.start();
  loop.run(context);
  std::this_thread::sleep_for(50ms);  // several more samples
  return watch.holds();
}

TEST(LoopWatch, DetectsAHandlerThatBlocksItsLoop) {
  const auto fill = [](asio::io_context& context) {
    for (int i = 0; i < 2; ++i) {
      asio::post(context, [] { burn(200ms); });
      for (int k = 0; k < 100; ++k) asio::post(context, [] { burn(1ms); });
    }
  };
  EXPECT_EQ(holds_of(fill), 2U);
}

TEST(LoopWatch, LogsWhatTheScenarioTestsLookFor) {
  std::ostringstream log;
  const auto before = spdlog::default_logger();
  spdlog::set_default_logger(std::make_shared<spdlog::logger>(
      "test", std::make_shared<spdlog::sinks::ostream_sink_mt>(log)));
  holds_of([](asio::io_context& context) { asio::post(context, [] { burn(300ms); }); });
  spdlog::set_default_logger(before);
  EXPECT_THAT(log.str(), testing::ContainsRegex("loop: held ms=[0-9]+ route=a_route"));
}

TEST(LoopWatch, DoesNotCountManyShortHandlersAsOne) {
  const auto fill = [](asio::io_context& context) {
    for (int k = 0; k < 2000; ++k) asio::post(context, [] { burn(200us); });
  };
  EXPECT_EQ(holds_of(fill), 0U);
}

TEST(LoopWatch, DoesNotCountWaitingTime) {
  const auto fill = [](asio::io_context& context) {
    auto timer = std::make_shared<asio::steady_timer>(context, 200ms);
    timer->async_wait([timer](auto) {});
    // The thread waits, as if other threads used all cores.
    asio::post(context, [] { std::this_thread::sleep_for(200ms); });
  };
  EXPECT_EQ(holds_of(fill), 0U);
}

TEST(LoopWatch, ReportsTheSlowestHandler) {
  LoopWatch watch(1s);
  WatchedLoop& loop = watch.add([] { return "a_route"; });
  asio::io_context context(1);
  asio::post(context, [] { burn(300ms); });
  watch.start();
  loop.run(context);
  EXPECT_EQ(watch.holds(), 0U) << "the limit is another";
  EXPECT_GE(watch.slowest(), 150ms);
  EXPECT_LE(watch.slowest(), 320ms);
}

}  // namespace
}  // namespace kith::service
