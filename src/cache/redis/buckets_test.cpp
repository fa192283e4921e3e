#include "cache/redis/buckets.hpp"

#include <cstdlib>
#include <expected>
#include <future>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>

#include "crypto/random.hpp"
#include "http/rate_limits.hpp"

namespace kith::cache {
namespace {

using namespace std::chrono_literals;
using http::LimitClass;
using Taken = std::expected<http::RateState, int>;

/// Returns KITH_TEST_REDIS, as tests/databases.py sets it, or an empty string without Redis.
std::string test_redis() {
  const char* url = std::getenv("KITH_TEST_REDIS");
  return url ? url : "";
}

/// A limiter of one kind: in this process, or two instances on one Redis, used in turn.
class SharedLimits : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    if (!GetParam()) return;
    if (test_redis().empty()) GTEST_SKIP() << "KITH_TEST_REDIS is not set";
    const auto url = cache::redis::Url::parse(test_redis());
    ASSERT_TRUE(url);
    link_ = std::make_shared<cache::redis::Link>(loop_.get_executor(),
                                                 cache::redis::Server{*url, health_});
    buckets_.emplace(link_);
    link_->start();
    for (int i = 0; i < 500 && !link_->is_up(); ++i) loop_.run_for(10ms);
    ASSERT_TRUE(link_->is_up());
  }

  void TearDown() override {
    if (!link_) return;
    link_->stop();
    loop_.run_for(5s);
    EXPECT_TRUE(loop_.stopped()) << "nothing keeps the loop running";
  }

  Taken take(int count = 1) {
    http::RateCounters& counters = turn_++ % 2 == 0 || !link_ ? first_ : second_;
    if (!link_) return counters.take(LimitClass::login, caller_, count);
    auto taken =
        boost::asio::co_spawn(loop_, counters.take(*buckets_, LimitClass::login, caller_, count),
                              boost::asio::use_future);
    while (taken.wait_for(0s) != std::future_status::ready) loop_.run_one();
    return taken.get();
  }

  /// Returns the seconds to wait, or 0 if the request passed.
  int wait(int count = 1) {
    const Taken taken = take(count);
    return taken ? 0 : taken.error();
  }

  const http::RateLimits limits_ = http::RateLimits::parse("login=1/s:3").value();
  http::RateCounters first_{limits_};
  http::RateCounters second_{limits_};
  const std::string caller_ = crypto::random_bytes(16);
  boost::asio::io_context loop_{1};
  cache::Health health_{"test"};
  std::shared_ptr<cache::redis::Link> link_;
  std::optional<cache::redis::Buckets> buckets_;
  int turn_ = 0;
};

TEST_P(SharedLimits, PermitABurstAndReportTheRest) {
  for (const int left : {2, 1, 0}) {
    const Taken taken = take();
    ASSERT_TRUE(taken);
    EXPECT_EQ(taken->remaining, left);
    EXPECT_EQ(taken->reset_seconds, 3 - left);
  }
  EXPECT_EQ(wait(), 1);
  EXPECT_EQ(wait(), 1);
}

TEST_P(SharedLimits, TakeTheWholeCostOrNothing) {
  EXPECT_EQ(wait(4), 1) << "the cost exceeds the burst";
  EXPECT_EQ(take(2)->remaining, 1);
  EXPECT_EQ(wait(2), 1);
  EXPECT_EQ(take(1)->remaining, 0);
}

INSTANTIATE_TEST_SUITE_P(, SharedLimits, testing::Bool(),
                         [](const auto& info) { return info.param ? "redis" : "memory"; });

}  // namespace
}  // namespace kith::cache
