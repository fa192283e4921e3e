#include "base/folder.hpp"

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <system_error>

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "base/temporary_folder.hpp"

namespace kith {
namespace {

mode_t mode_of(const std::string& path) {
  struct stat status{};
  EXPECT_EQ(::stat(path.c_str(), &status), 0);
  return status.st_mode & 07777;
}

TEST(PrivateFolder, IsAccessibleOnlyToItsOwner) {
  const TemporaryFolder folder;
  const mode_t before = ::umask(0);
  make_private_folder(folder.file("a"));
  make_private_folder(folder.file("slash") + "/");
  ::umask(before);
  EXPECT_EQ(mode_of(folder.file("a")), 0700U);
  EXPECT_EQ(mode_of(folder.file("slash")), 0700U);
}

TEST(PrivateFolder, DoesNotChangeAnExistingFolder) {
  const TemporaryFolder folder;
  make_private_folder(folder.file("a"));
  ::chmod(folder.file("a").c_str(), 0750);
  make_private_folder(folder.file("a"));
  EXPECT_EQ(mode_of(folder.file("a")), 0750U);
}

TEST(PrivateFolder, NeedsItsParentFolder) {
  const TemporaryFolder folder;
  try {
    make_private_folder(folder.file("disk/kith"));
    FAIL() << "a missing folder was made";
  } catch (const std::runtime_error& refused) {
    EXPECT_THAT(refused.what(), testing::HasSubstr("there is no folder " + folder.file("disk")));
  }
  EXPECT_FALSE(std::filesystem::exists(folder.file("disk")));
}

TEST(PrivateFolder, RefusesAFile) {
  const TemporaryFolder folder;
  std::ofstream(folder.file("a")) << "a file in the way";
  EXPECT_THROW(make_private_folder(folder.file("a")), std::system_error);
}

}  // namespace
}  // namespace kith
