#include "app/backups.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kith::app {
namespace {

TEST(Backups, AreNamedAfterTheirTime) {
  EXPECT_EQ(backup_name(Time::parse("2026-11-27T21:05:09.999999Z").value()),
            "kith-20261127T210509Z.tar.zst");
}

TEST(Backups, TheNewestAndOtherFilesAreKept) {
  const std::vector<std::string> names{"kith-20261125T000000Z.tar.zst",
                                       "kith-20261127T000000Z.tar.zst",
                                       "kith-20261126T000000Z.tar.zst",
                                       "kith-before-upgrade.tar.zst",
                                       "kith-20261124T000000Z.tar.zst.partial",
                                       "kith-2026112xT000000Z.tar.zst",
                                       "notes.txt"};
  EXPECT_THAT(superfluous_backups(names, 2), testing::ElementsAre("kith-20261125T000000Z.tar.zst"));
  EXPECT_THAT(superfluous_backups(names, 3), testing::IsEmpty());
  EXPECT_THAT(superfluous_backups(names, 9), testing::IsEmpty());
}

}  // namespace
}  // namespace kith::app
