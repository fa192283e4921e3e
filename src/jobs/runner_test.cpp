#include "jobs/runner.hpp"

#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>

#include "store/rows.hpp"
#include "testing/store_fixture.hpp"

namespace kith::jobs {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

const store::Query steal_job{"test.steal_job",
                             "update jobs set started_at = $2, lease_until = $3 "
                             "where name = $1"};

/// Takes the job over, as another instance would after the lease has expired.
Task<void> take_over(store::Store& store, std::string_view job, Time at) {
  const Time until = at + 24h;
  (co_await store.write_one(store::no_account, steal_job, store::values(job, at, until))).value();
}

class Jobs : public test::StoreFixture {
 protected:
  Task<bool> run_once(const Job& job, Turn turn) {
    co_return (co_await run_job(*store_, job, Clock().now(), turn)).value();
  }

  bool run(Turn turn) { return run(run_once(job_, turn)); }

  using StoreFixture::run;

  JobState state() { return run(job_states(*store_)).value().at(0); }

  int runs_ = 0;
  const Job job_{"test", 1h, [this](store::Store&, Time) -> Task<Result<int>> {
                   ++runs_;
                   co_return 0;
                 }};
};

TEST_P(Jobs, AreNotRunAgainByAnInstanceWithAStaleDueTime) {
  EXPECT_TRUE(run(Turn::when_due));
  EXPECT_FALSE(run(Turn::when_due)) << "the other instance had read that it was due";
  EXPECT_EQ(runs_, 1);
  EXPECT_TRUE(run(Turn::now)) << "it was started by hand";
  EXPECT_EQ(runs_, 2);
}

TEST_P(Jobs, RenewTheirLeaseWhileTheyRun) {
  const Job other{"long", 1h, [this](store::Store&, Time) -> Task<Result<int>> {
                    ++runs_;
                    co_return 0;
                  }};
  const Job job{"long", 1h,
                [&](store::Store&, Time) -> Task<Result<int>> {
                  asio::steady_timer timer(loop_, 1500ms);
                  co_await timer.async_wait(asio::use_awaitable);
                  EXPECT_FALSE(co_await run_once(other, Turn::now))
                      << "the lease would have expired";
                  co_return 0;
                },
                1s};
  EXPECT_TRUE(run(run_once(job, Turn::now)));
  EXPECT_EQ(runs_, 0);
  EXPECT_TRUE(run(run_once(other, Turn::now))) << "the lease is released at the end";
}

TEST_P(Jobs, DoNotTouchANewerRunOfAnotherInstance) {
  Time taken_over;
  const Job job{"slow", 1h, [&](store::Store& store, Time begun) -> Task<Result<int>> {
                  taken_over = {begun.micros + 1};
                  co_await take_over(store, "slow", taken_over);
                  co_return refuse(Errc::unavailable, "too late");
                }};
  EXPECT_FALSE(run(run_job(*store_, job, Clock().now(), Turn::now)));
  EXPECT_EQ(state().started_at, taken_over);
  EXPECT_EQ(state().finished_at, std::nullopt);
  EXPECT_EQ(state().failures, 0);
}

TEST_P(Jobs, ReportTheirFailureWithoutExceptionText) {
  const Job job{"broken", 1h, [](store::Store&, Time) -> Task<Result<int>> {
                  throw std::filesystem::filesystem_error(
                      "cannot open directory", "/a",
                      std::make_error_code(std::errc::permission_denied));
                  co_return 0;
                }};
  const auto ran = run(run_job(*store_, job, Clock().now(), Turn::now));
  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().detail, "/a: Permission denied");
  EXPECT_EQ(state().failures, 1);
}

INSTANTIATE_TEST_SUITE_P(Kinds, Jobs, testing::ValuesIn(test::database_kinds()), test::kind_name);

}  // namespace
}  // namespace kith::jobs
