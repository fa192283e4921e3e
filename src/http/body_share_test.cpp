#include "http/body_share.hpp"

#include <optional>

#include <gtest/gtest.h>

namespace kith::http {
namespace {

TEST(BodyShare, AllTogetherHaveALimit) {
  constexpr std::size_t half = limits::large_bodies_bytes_max / 2;
  std::optional<BodyShare> first(std::in_place);
  BodyShare second;
  EXPECT_TRUE(first->grow_to(half));
  EXPECT_TRUE(second.grow_to(1));
  EXPECT_FALSE(first->grow_to(2 * half)) << "there is one byte too few";
  EXPECT_TRUE(first->grow_to(2 * half - 1)) << "what was refused was not taken";
  EXPECT_FALSE(second.grow_to(2));
  first.reset();
  EXPECT_TRUE(second.grow_to(2 * half)) << "it is given back";
}

TEST(BodyShare, DoesNotShrink) {
  BodyShare share;
  EXPECT_TRUE(share.grow_to(limits::large_bodies_bytes_max));
  EXPECT_TRUE(share.grow_to(1));
  BodyShare other;
  EXPECT_FALSE(other.grow_to(1));
}

TEST(AnswerShare, IsTakenWhereItCannotBeRefused) {
  AnswerShare share;
  EXPECT_TRUE(AnswerShare::has_room(1));
  share.take(limits::large_answers_bytes_max + 1);
  EXPECT_FALSE(AnswerShare::has_room(0));
  AnswerShare other;
  EXPECT_FALSE(other.grow_to(1));
  share.release();
  EXPECT_TRUE(other.grow_to(1));
  EXPECT_EQ(AnswerShare::taken(), 1U);
}

TEST(AnswerShare, IsNotThatOfBodies) {
  BodyShare body;
  EXPECT_TRUE(body.grow_to(limits::large_bodies_bytes_max));
  EXPECT_TRUE(AnswerShare::has_room(limits::large_answers_bytes_max));
}

}  // namespace
}  // namespace kith::http
