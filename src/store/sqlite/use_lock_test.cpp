#include "store/sqlite/use_lock.hpp"

#include <optional>

#include <gtest/gtest.h>

#include "base/temporary_folder.hpp"
#include "store/store.hpp"

namespace kith::store::sqlite {

namespace {

TEST(UseLock, IsSharedOrExclusive) {
  const TemporaryFolder folder;
  UseLock restore;
  {
    UseLock server;
    UseLock command;
    server.share(folder.file());
    command.share(folder.file());
    EXPECT_FALSE(restore.take_alone(folder.file()));
  }
  EXPECT_TRUE(restore.take_alone(folder.file()));
  UseLock server;
  EXPECT_THROW(server.share(folder.file()), DatabaseError);
}

TEST(UseLock, EndsWithItsObject) {
  const TemporaryFolder folder;
  std::optional<UseLock> restore(std::in_place);
  EXPECT_TRUE(restore->take_alone(folder.file()));
  restore.reset();
  UseLock server;
  server.share(folder.file());
  server.share(folder.file());
}

TEST(UseLock, NamesAMissingFolder) {
  const TemporaryFolder folder;
  UseLock lock;
  EXPECT_THROW(lock.share(folder.file("none/kith.db")), DatabaseError);
}

}  // namespace

}  // namespace kith::store::sqlite
