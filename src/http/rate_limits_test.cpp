#include "http/rate_limits.hpp"

#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "base/limits.hpp"

namespace kith::http {
namespace {

using namespace std::chrono_literals;

TEST(RateLimit, IsReadFromItsText) {
  EXPECT_EQ(RateLimit::parse("10/min"), (RateLimit{10, 1min, 10}));
  EXPECT_EQ(RateLimit::parse("100/s:1000"), (RateLimit{100, 1s, 1000}));
  EXPECT_EQ(RateLimit::parse("1/h:2"), (RateLimit{1, 1h, 2}));
  for (const char* text :
       {"", "10", "10/", "/s", "10/day", "0/s", "-1/s", "10/s:0", "10/s:x", "10/s ", "1e3/s"}) {
    EXPECT_FALSE(RateLimit::parse(text)) << text;
  }
}

TEST(RateLimits, HaveDefaultsAndOverrides) {
  EXPECT_EQ(RateLimits::parse("on")->of(LimitClass::contacts_read), (RateLimit{100, 1s, 1000}));
  EXPECT_EQ(RateLimits::parse("off")->of(LimitClass::login).count, 0);
  const auto some = RateLimits::parse("contacts.read=10/min, contacts.write=3/s");
  ASSERT_TRUE(some);
  EXPECT_EQ(some->of(LimitClass::contacts_read), (RateLimit{10, 1min, 10}));
  EXPECT_EQ(some->of(LimitClass::contacts_create), (RateLimit{3, 1s, 3}));
  EXPECT_EQ(some->of(LimitClass::login), (RateLimit{30, 1min, 30}));
  EXPECT_EQ(RateLimits::parse("contacts.write=3/s,contacts.create=5/min")
                ->of(LimitClass::contacts_create),
            (RateLimit{5, 1min, 5}));
  for (const char* text : {"yes", "contacts=1/s", "=1/s", "login", "login=", "none=1/s", ","}) {
    EXPECT_FALSE(RateLimits::parse(text)) << text;
  }
}

TEST(RateCounters, PermitABurstAndThenTheRate) {
  RateCounters counters(RateLimits::parse("login=10/s:3").value());
  EXPECT_EQ(counters.take(LimitClass::login, "a")->remaining, 2);
  EXPECT_EQ(counters.take(LimitClass::login, "a")->remaining, 1);
  EXPECT_EQ(counters.take(LimitClass::login, "a")->remaining, 0);
  EXPECT_EQ(counters.take(LimitClass::login, "a").error(), 1) << "whole seconds";
  EXPECT_TRUE(counters.take(LimitClass::login, "b")) << "another caller";
  EXPECT_TRUE(counters.take(LimitClass::signup, "a")) << "another class";
  std::this_thread::sleep_for(110ms);
  EXPECT_TRUE(counters.take(LimitClass::login, "a"));
  EXPECT_FALSE(counters.take(LimitClass::login, "a"));
  EXPECT_EQ(counters.refused(), 2U);
}

TEST(RateCounters, TakeTheWholeCostOrNothing) {
  RateCounters counters(RateLimits::parse("contacts.write=1/h:1000").value());
  EXPECT_EQ(counters.take(LimitClass::contacts_write, "a", 999)->remaining, 1);
  EXPECT_FALSE(counters.take(LimitClass::contacts_write, "a", 2));
  EXPECT_EQ(counters.take(LimitClass::contacts_write, "a", 1)->remaining, 0);
  EXPECT_FALSE(counters.take(LimitClass::contacts_write, "b", 1001))
      << "the cost exceeds the burst";
}

TEST(RateCounters, AreSharedByAllThreads) {
  RateCounters counters(RateLimits::parse("login=1/h:500").value());
  std::atomic<int> taken = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int k = 0; k < 200; ++k) taken += counters.take(LimitClass::login, "a") ? 1 : 0;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(taken, 500);
}

TEST(RateCounters, ForgetIdleCallersAndStayBounded) {
  RateCounters counters(RateLimits::parse("login=1000/s").value());
  for (int i = 0; i < 300'000; ++i) (void)counters.take(LimitClass::login, std::to_string(i));
  EXPECT_TRUE(counters.take(LimitClass::login, "a"));
}

TEST(RateCounters, OfACallerOverItsLimitSurviveAFloodOfOthers) {
  RateCounters counters(RateLimits::parse("login=1/h:100,mail=1/h:100").value());
  const auto is_refused = [&counters](const std::string& caller) {
    return !counters.take(LimitClass::login, caller);
  };
  constexpr int victims = 200;
  for (int i = 0; i < victims; ++i) {
    (void)counters.take(LimitClass::login, "over" + std::to_string(i), 100);
  }
  for (int i = 0; i < 400'000; ++i) (void)counters.take(LimitClass::mail, std::to_string(i));
  int kept = 0;
  for (int i = 0; i < victims; ++i) kept += is_refused("over" + std::to_string(i)) ? 1 : 0;
  EXPECT_GE(kept, victims - 2) << "all were forgotten at once";
}

TEST(RateCounters, MakeRoomInBoundedTime) {
  RateCounters counters(RateLimits::parse("login=1/h").value());
  auto take = [&counters, next = 0](int count) mutable {
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < count; ++i) (void)counters.take(LimitClass::login, std::to_string(next++));
    return std::chrono::steady_clock::now() - begin;
  };
  const auto with_room = take(static_cast<int>(limits::rate_callers_max));
  const auto when_full = take(static_cast<int>(limits::rate_callers_max));
  EXPECT_LT(when_full, 20 * with_room) << "a search of whole shards takes 1,000 times as long";
}

TEST(CallerOfAddress, IsAnAddressOrAnIpv6Network) {
  EXPECT_EQ(caller_of_address("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(caller_of_address("::ffff:192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(caller_of_address("2001:db8:1:2::1"), caller_of_address("2001:db8:1:2:ffff::9"));
  EXPECT_NE(caller_of_address("2001:db8:1:2::1"), caller_of_address("2001:db8:1:3::1"));
}

}  // namespace
}  // namespace kith::http
