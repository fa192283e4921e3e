#include "app/jobs.hpp"

#include <memory>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>

#include "app/fresh_database.hpp"

namespace kith::app {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

class Jobs : public testing::TestWithParam<DatabaseKind> {
 protected:
  bool run(Turn turn) {
    auto result =
        asio::co_spawn(loop_, run_job(*store_, job_, Clock().now(), turn), asio::use_future);
    loop_.restart();
    loop_.run();
    return result.get().value();
  }

  int runs_ = 0;

 private:
  const FreshDatabase fresh_{GetParam()};
  asio::io_context loop_{1};
  const std::unique_ptr<store::Database> database_ = fresh_.migrated();
  const std::unique_ptr<store::Store> store_ = database_->attach(loop_.get_executor());
  const Job job_{"test", 1h, [this](store::Store&, Time) -> Task<Result<int>> {
                   ++runs_;
                   co_return 0;
                 }};
};

TEST_P(Jobs, AreNotRunAgainByAnInstanceThatSawThemDue) {
  EXPECT_TRUE(run(Turn::when_due));
  EXPECT_FALSE(run(Turn::when_due)) << "the other instance had read that it was due";
  EXPECT_EQ(runs_, 1);
  EXPECT_TRUE(run(Turn::now)) << "somebody asks for it";
  EXPECT_EQ(runs_, 2);
}

INSTANTIATE_TEST_SUITE_P(Kinds, Jobs, testing::ValuesIn(database_kinds()), kind_name);

}  // namespace
}  // namespace kith::app
