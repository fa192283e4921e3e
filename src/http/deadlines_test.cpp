#include "http/deadlines.hpp"

#include <gtest/gtest.h>

namespace kith::http {

namespace {

using namespace std::chrono_literals;

TEST(Deadlines, ExpireAtEverySweepOnceTheirTimeHasPassed) {
  Deadlines all;
  int early = 0;
  int late = 0;
  Deadline first([&] { ++early; });
  Deadline second([&] { ++late; });
  all.add(first);
  all.add(second);
  first.set(-1ms);
  second.set(1h);
  all.sweep();
  all.sweep();
  EXPECT_EQ(early, 2) << "the first may have met a connection that did not wait";
  EXPECT_EQ(late, 0);
  EXPECT_TRUE(first.expired());
  EXPECT_FALSE(second.expired());
}

TEST(Deadlines, ExpireAgainAfterAReset) {
  Deadlines all;
  int count = 0;
  Deadline deadline([&] { ++count; });
  all.add(deadline);
  deadline.set(-1ms);
  all.sweep();
  deadline.set(-1ms);
  EXPECT_FALSE(deadline.expired());
  all.sweep();
  EXPECT_EQ(count, 2);
}

TEST(Deadlines, ClearedNeverExpire) {
  Deadlines all;
  Deadline deadline([] { FAIL(); });
  all.add(deadline);
  deadline.set(-1ms);
  deadline.clear();
  all.sweep();
  EXPECT_FALSE(deadline.expired());
}

TEST(Deadlines, LeaveWhenTheirConnectionEnds) {
  Deadlines all;
  auto gone = std::make_unique<Deadline>([] { FAIL(); });
  all.add(*gone);
  gone->set(-1ms);
  gone.reset();
  all.sweep();
}

TEST(Deadlines, MayEndTheirConnectionInTheSweep) {
  Deadlines all;
  std::unique_ptr<Deadline> own;
  own = std::make_unique<Deadline>([&] { own->clear(); });
  all.add(*own);
  own->set(-1ms);
  all.sweep();
  EXPECT_TRUE(own->expired());
}

}  // namespace

}  // namespace kith::http
