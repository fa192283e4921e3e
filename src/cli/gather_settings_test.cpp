#include "cli/gather_settings.hpp"

#include <array>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "base/temporary_folder.hpp"

namespace kith::cli {

namespace {

TEST(SettingsFile, IsTheNamedOneOrTheFirstDefaultThatExists) {
  const TemporaryFolder folder;
  const std::string first = folder.file(".env");
  const std::string second = folder.file("kith.env");
  const std::array defaults{first.c_str(), second.c_str()};
  EXPECT_EQ(choose_file("", defaults), "");
  std::ofstream(second).flush();
  EXPECT_EQ(choose_file("", defaults), second);
  EXPECT_EQ(choose_file("named", defaults), "named");
  std::filesystem::create_symlink("nowhere", first);
  EXPECT_EQ(choose_file("", defaults), first) << "it is there, but cannot be read";
  std::filesystem::remove(first);
  std::filesystem::create_directory(first);
  EXPECT_EQ(choose_file("", defaults), first);
}

}  // namespace

}  // namespace kith::cli
