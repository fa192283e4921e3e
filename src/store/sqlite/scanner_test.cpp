#include "store/sqlite/scanner.hpp"

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "base/limits.hpp"
#include "base/temporary_folder.hpp"
#include "store/rows.hpp"

namespace kith::store::sqlite {
namespace {

using namespace std::chrono_literals;

const Query endless("test.endless",
                    "with recursive n (i) as (select 1 union all select i + 1 from n) "
                    "select count(*) as n from n");
const Query one("test.one", "select 1 as one");

/// A scanner over an empty database and the loop that receives its answers.
class SqliteScanner : public testing::Test {
 protected:
  struct Answer {
    std::exception_ptr error;
    Result<Rows> rows;
    std::thread::id thread;
  };

  SqliteScanner() {
    std::ofstream(folder_.file()).close();
    scanner_.emplace(folder_.file());
  }

  bool submit(const Query& query, std::chrono::steady_clock::duration patience,
              const Values& values) {
    const auto index = answers_.size();
    answers_.emplace_back();
    auto guard = boost::asio::make_work_guard(loop_);
    ScanRequest request{&query, &values, loop_.get_executor(),
                        std::chrono::steady_clock::now() + patience,
                        [this, index, guard](std::exception_ptr error, Result<Rows> rows) {
                          answers_[index] = {error, std::move(rows), std::this_thread::get_id()};
                        }};
    const bool taken = scanner_->submit(request);
    if (!taken) answers_.pop_back();
    return taken;
  }

  const Values none_;
  const TemporaryFolder folder_;
  boost::asio::io_context loop_;
  std::vector<std::optional<Answer>> answers_;
  std::optional<Scanner> scanner_;
};

TEST_F(SqliteScanner, AnswersOnTheLoop) {
  ASSERT_TRUE(submit(one, 5s, none_));
  loop_.run();
  ASSERT_TRUE(answers_.at(0));
  ASSERT_TRUE(answers_[0]->rows);
  EXPECT_EQ(read_column<int>(*answers_[0]->rows, "one"), 1);
  EXPECT_EQ(answers_[0]->thread, std::this_thread::get_id());
}

TEST_F(SqliteScanner, StopsAtTheDeadlineWithUnavailable) {
  const auto begin = std::chrono::steady_clock::now();
  ASSERT_TRUE(submit(endless, 100ms, none_));
  ASSERT_TRUE(submit(one, 5s, none_));
  loop_.run();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 4s);
  ASSERT_TRUE(answers_.at(0) && answers_.at(1));
  EXPECT_FALSE(answers_[0]->error);
  ASSERT_FALSE(answers_[0]->rows);
  EXPECT_EQ(answers_[0]->rows.error().code, Errc::unavailable);
  EXPECT_TRUE(answers_[1]->rows) << "the next read is not affected";
}

TEST_F(SqliteScanner, CountsTheTimeInTheQueue) {
  ASSERT_TRUE(submit(endless, 200ms, none_));
  ASSERT_TRUE(submit(one, 50ms, none_));
  loop_.run();
  ASSERT_TRUE(answers_.at(1));
  ASSERT_FALSE(answers_[1]->rows);
  EXPECT_EQ(answers_[1]->rows.error().code, Errc::unavailable);
}

TEST_F(SqliteScanner, PassesExceptionsOn) {
  const Values surplus = values(1);
  ASSERT_TRUE(submit(one, 5s, surplus));
  loop_.run();
  ASSERT_TRUE(answers_.at(0));
  ASSERT_TRUE(answers_[0]->error);
  EXPECT_THROW(std::rethrow_exception(answers_[0]->error), DatabaseError);
}

TEST_F(SqliteScanner, RefusesReadsBeyondItsQueue) {
  std::size_t taken = 0;
  while (taken <= limits::read_queue_max + 1 && submit(endless, 300ms, none_)) ++taken;
  EXPECT_GE(taken, limits::read_queue_max);
  EXPECT_LE(taken, limits::read_queue_max + 1) << "one is being worked on";
  loop_.run();
  for (const auto& answer : answers_) EXPECT_EQ(answer->rows.error().code, Errc::unavailable);
}

}  // namespace
}  // namespace kith::store::sqlite
