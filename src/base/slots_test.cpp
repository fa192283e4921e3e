#include "base/slots.hpp"

#include <string>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace kith {

namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

class WorkSlots : public testing::Test {
 protected:
  /// Takes a slot, works for some time, and notes `name`; in capitals: there was no slot.
  void start(char name, std::chrono::milliseconds time_max = 10s) {
    asio::co_spawn(context_, work(name, time_max), asio::detached);
  }

  Task<void> work(char name, std::chrono::milliseconds time_max) {
    const auto slot = co_await slots_.take(time_max);
    if (!slot) {
      done_ += static_cast<char>(name - 'a' + 'A');
      co_return;
    }
    most_ = std::max(most_, ++working_);
    asio::steady_timer timer(context_, 20ms);
    co_await timer.async_wait(asio::use_awaitable);
    --working_;
    done_ += name;
  }

  asio::io_context context_{1};
  Slots slots_{2, 3};
  int working_ = 0;
  int most_ = 0;
  std::string done_;
};

TEST_F(WorkSlots, BoundTheWorkAndKeepTheOrder) {
  for (const char name : {'a', 'b', 'c', 'd', 'e'}) start(name);
  context_.run();
  EXPECT_EQ(done_, "abcde");
  EXPECT_EQ(most_, 2);
}

TEST_F(WorkSlots, RefuseWhenTooManyWait) {
  for (const char name : {'a', 'b', 'c', 'd', 'e', 'f'}) start(name);
  context_.run();
  EXPECT_EQ(done_, "Fabcde");
}

TEST_F(WorkSlots, AreNotWaitedForLongerThanAllowed) {
  start('a');
  start('b');
  start('c', 1ms);
  start('d');
  context_.run();
  EXPECT_EQ(done_, "Cabd");
  EXPECT_EQ(most_, 2);
}

TEST_F(WorkSlots, AreFreeAgainAfterwards) {
  start('a');
  start('b');
  context_.run();
  context_.restart();
  start('c');
  start('d');
  context_.run();
  EXPECT_EQ(done_, "abcd");
}

}  // namespace

}  // namespace kith
