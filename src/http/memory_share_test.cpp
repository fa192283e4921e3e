#include "http/memory_share.hpp"

#include <memory>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

namespace kith::http {
namespace {

constexpr std::size_t all = limits::large_bodies_bytes_max;

AccountId account(std::uint8_t number) {
  AccountId id;
  id.uuid.data[0] = number;
  return id;
}

TEST(BodyShare, IsReturned) {
  std::optional<BodyShare> first(std::in_place);
  BodyShare second;
  EXPECT_TRUE(first->grow_to(all / 2));
  EXPECT_FALSE(second.grow_to(1)) << "the same owner has its half";
  first.reset();
  EXPECT_TRUE(second.grow_to(1));
}

TEST(BodyShare, OfOneAccountLeavesRoomForOthers) {
  BodyShare greedy;
  BodyShare again;
  greedy.set_owner(account(1));
  again.set_owner(account(1));
  EXPECT_FALSE(greedy.grow_to(all / 2 + 1));
  EXPECT_TRUE(greedy.grow_to(all / 2)) << "refused memory is not counted";
  EXPECT_FALSE(again.grow_to(1)) << "an account cannot begin a second body beyond its share";
  BodyShare other;
  other.set_owner(account(2));
  EXPECT_TRUE(other.grow_to(all / 4));
}

TEST(BodyShare, OfManyAccountsLeavesRoomForOneMore) {
  std::vector<std::unique_ptr<BodyShare>> greedy;
  for (std::uint8_t i = 1; i <= 20; ++i) {
    greedy.push_back(std::make_unique<BodyShare>());
    greedy.back()->set_owner(account(i));
    for (std::size_t size = 64 * 1024; greedy.back()->grow_to(size);) size += 64 * 1024;
  }
  BodyShare other;
  other.set_owner(account(100));
  EXPECT_FALSE(other.grow_to(all));
  EXPECT_TRUE(greedy.front()->grow_to(all / 2)) << "held memory is kept";
  EXPECT_FALSE(greedy.back()->grow_to(all / 2));
}

TEST(BodyShare, DoesNotShrink) {
  BodyShare share;
  EXPECT_TRUE(share.grow_to(all / 2));
  EXPECT_TRUE(share.grow_to(1));
  BodyShare other;
  EXPECT_FALSE(other.grow_to(all / 4)) << "of the same owner";
}

/// Returns whether `owner` could take `bytes` for a response.
bool has_room(AccountId owner, std::size_t bytes) {
  AnswerShare share;
  share.set_owner(owner);
  return share.grow_to(bytes);
}

TEST(AnswerShare, IsTakenWithoutRefusalForChanges) {
  AnswerShare share;
  share.set_owner(account(1));
  EXPECT_TRUE(has_room(account(2), 1));
  share.take(limits::large_answers_bytes_max + 1);
  EXPECT_FALSE(has_room(account(2), 1));
  AnswerShare other;
  other.set_owner(account(2));
  EXPECT_FALSE(other.grow_to(1));
  share.release();
  EXPECT_TRUE(other.grow_to(1));
  EXPECT_EQ(AnswerShare::taken(), 1U);
}

TEST(AnswerShare, OfOneAccountLeavesRoomForOthers) {
  AnswerShare slow;
  slow.set_owner(account(1));
  EXPECT_TRUE(slow.grow_to(limits::large_answers_bytes_max / 2));
  EXPECT_FALSE(has_room(account(1), 1));
  EXPECT_TRUE(has_room(account(2), limits::large_answers_bytes_max / 4));
}

TEST(AnswerShare, IsSeparateFromBodies) {
  BodyShare body;
  EXPECT_TRUE(body.grow_to(all / 2));
  EXPECT_TRUE(has_room(account(1), limits::large_answers_bytes_max / 2));
}

}  // namespace
}  // namespace kith::http
