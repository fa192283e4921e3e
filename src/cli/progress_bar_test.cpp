#include "cli/progress_bar.hpp"

#include <gtest/gtest.h>

namespace kith::cli {
namespace {

TEST(ProgressBar, ShowsRateAndTimeLeft) {
  EXPECT_EQ(progress_text("backup", 420'000, 1'000'000, 5),
            "backup    42 %  420,000 of 1,000,000  84,000/s  7 s left");
  EXPECT_EQ(progress_text("backup", 1000, 1000, 0.25),
            "backup   100 %  1,000 of 1,000  4,000/s  0.2 s");
}

TEST(ProgressBar, DescribesAnEmptyTask) {
  EXPECT_EQ(progress_text("restore", 0, 0, 0), "restore  100 %  0 of 0  0.0 s");
  EXPECT_EQ(progress_text("restore", 0, 12, 3), "restore    0 %  0 of 12  for 3 s");
}

}  // namespace
}  // namespace kith::cli
