#include "store/fair_queue.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kith::store {
namespace {

using testing::ElementsAre;

class FairQueueTest : public testing::Test {
 protected:
  bool push(AccountId account, std::string item) { return queue_.push(account, item); }

  std::vector<std::string> take_all() {
    std::vector<std::string> taken;
    while (!queue_.empty()) taken.push_back(queue_.pop());
    return taken;
  }

  FairQueue<std::string> queue_;
  const AccountId ann_ = AccountId::make({1});
  const AccountId bob_ = AccountId::make({2});
  const AccountId cy_ = AccountId::make({3});
};

TEST_F(FairQueueTest, ServesAccountsInTurnAndEachInOrder) {
  for (const char* item : {"a1", "a2", "a3"}) push(ann_, item);
  push(bob_, "b1");
  push(cy_, "c1");
  push(bob_, "b2");
  EXPECT_THAT(take_all(), ElementsAre("a1", "b1", "c1", "a2", "b2", "a3"));
}

TEST_F(FairQueueTest, ALaterAccountWaitsForOneItemOfEachOther) {
  for (const char* item : {"a1", "a2", "a3"}) push(ann_, item);
  EXPECT_EQ(queue_.pop(), "a1");
  push(bob_, "b1");
  EXPECT_EQ(queue_.pop(), "a2");
  EXPECT_EQ(queue_.pop(), "b1");
}

TEST_F(FairQueueTest, AServedAccountQueuesAtTheEnd) {
  push(ann_, "a1");
  take_all();
  push(bob_, "b1");
  push(ann_, "a2");
  EXPECT_THAT(take_all(), ElementsAre("b1", "a2"));
}

TEST_F(FairQueueTest, OneAccountCannotFillTheQueue) {
  for (std::size_t i = 0; i < limits::account_write_queue_max; ++i) ASSERT_TRUE(push(ann_, "a"));
  std::string refused = "a";
  EXPECT_FALSE(queue_.push(ann_, refused));
  EXPECT_EQ(refused, "a") << "it is untouched";
  EXPECT_TRUE(push(bob_, "b"));
  EXPECT_EQ(queue_.size(), limits::account_write_queue_max + 1);
  queue_.pop();
  EXPECT_TRUE(push(ann_, "a")) << "there is room again";
}

TEST_F(FairQueueTest, ItemsWithoutAnAccountShareTheWholeQueue) {
  for (std::size_t i = 0; i < limits::write_queue_max; ++i) ASSERT_TRUE(push(no_account, "n"));
  EXPECT_FALSE(push(no_account, "n"));
  EXPECT_FALSE(push(ann_, "a"));
  EXPECT_EQ(take_all().size(), limits::write_queue_max);
  EXPECT_TRUE(push(ann_, "a"));
}

}  // namespace
}  // namespace kith::store
