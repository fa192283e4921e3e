#include "store/postgres/account_queue.hpp"

#include <memory>
#include <string>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.hpp"
#include "store/store.hpp"

namespace kith::store::postgres {
namespace {

namespace asio = boost::asio;
using testing::ElementsAre;

class TurnsTest : public testing::Test {
 protected:
  /// Starts a coroutine that waits for the account's turn and keeps it until `leave`.
  void come(const std::string& name, AccountId account) {
    asio::co_spawn(loop_, wait(name, account), asio::detached);
    run();
  }

  void leave() {
    held_.erase(held_.begin());
    run();
  }

  void run() {
    loop_.restart();
    loop_.poll();
  }

  std::vector<std::string> served_;
  int refused_ = 0;
  const AccountId ann_ = AccountId::make({1});
  const AccountId bob_ = AccountId::make({2});

 private:
  Task<void> wait(std::string name, AccountId account) {
    auto turn = co_await queue_.take(account);
    if (!turn) {
      ++refused_;
      co_return;
    }
    served_.push_back(std::move(name));
    held_.push_back(std::make_unique<AccountQueue::Turn>(*std::move(turn)));
  }

  asio::io_context loop_{1};
  AccountQueue queue_{loop_.get_executor()};
  std::vector<std::unique_ptr<AccountQueue::Turn>> held_;
};

TEST_F(TurnsTest, ServeAnAccountInOrderOfArrival) {
  for (const char* name : {"first", "second", "third"}) come(name, ann_);
  EXPECT_THAT(served_, ElementsAre("first"));
  leave();
  EXPECT_THAT(served_, ElementsAre("first", "second"));
  leave();
  EXPECT_THAT(served_, ElementsAre("first", "second", "third"));
  leave();
  come("later", ann_);
  EXPECT_EQ(served_.back(), "later") << "no trace of the earlier ones is left";
}

TEST_F(TurnsTest, DoNotWaitForAnotherAccount) {
  come("ann", ann_);
  come("ann again", ann_);
  come("bob", bob_);
  EXPECT_THAT(served_, ElementsAre("ann", "bob"));
}

TEST_F(TurnsTest, RefuseWhenTooManyWritesWithoutAnAccountWait) {
  come("first", no_account);
  for (std::size_t i = 0; i < limits::write_queue_max; ++i) come("waiting", no_account);
  EXPECT_EQ(refused_, 0);
  come("one too many", no_account);
  EXPECT_EQ(refused_, 1);
  come("bob", bob_);
  EXPECT_EQ(served_.back(), "bob") << "other accounts are served";
  leave();
  come("there is room again", no_account);
  EXPECT_EQ(refused_, 1);
}

TEST_F(TurnsTest, RefuseAnAccountWithAFullShareAndServeOthers) {
  come("first", ann_);
  for (std::size_t i = 0; i < limits::account_write_queue_max; ++i) come("waiting", ann_);
  EXPECT_EQ(refused_, 0);
  come("one too many", ann_);
  EXPECT_EQ(refused_, 1);
  come("bob", bob_);
  come("bob waits", bob_);
  EXPECT_EQ(refused_, 1);
  leave();
  come("there is room again", ann_);
  EXPECT_EQ(refused_, 1);
}

TEST_F(TurnsTest, EndWhileCoroutinesWait) {
  come("first", ann_);
  come("second", ann_);
  // The test destroys the loop and its waiting coroutines while a turn is held.
}

}  // namespace
}  // namespace kith::store::postgres
