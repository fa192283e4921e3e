#include "backup/archive.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/temporary_folder.hpp"

namespace kith::backup {
namespace {

using Files = std::map<std::string, std::string>;

class Archive : public testing::Test {
 protected:
  void write(const Files& files) const {
    ArchiveWriter writer(path_, Time{1'000'000});
    for (const auto& [name, bytes] : files) writer.add(name, bytes);
    writer.finish();
    writer.publish();
  }

  Files read() const {
    ArchiveReader reader(path_);
    Files files;
    while (auto file = reader.next()) files.emplace(std::move(file->name), std::move(file->bytes));
    return files;
  }

  std::string bytes() const {
    std::ifstream file(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  void put(const std::string& bytes) const {
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << bytes;
  }

  std::string refusal() const {
    try {
      read();
    } catch (const std::runtime_error& refused) {
      return refused.what();
    }
    return {};
  }

  const TemporaryFolder folder_;
  const std::string path_ = folder_.file();
  const Files files_{{"kith.json", "{}\n"}, {"tables/t/000001.jsonl", std::string(3000, 'x')}};
};

TEST_F(Archive, ReturnsTheStoredFiles) {
  write(files_);
  EXPECT_EQ(read(), files_);
  const auto mode = std::filesystem::status(path_).permissions();
  EXPECT_EQ(mode, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(Archive, OverwritesNoFile) {
  put("precious");
  EXPECT_THROW(write(files_), std::runtime_error);
  EXPECT_EQ(bytes(), "precious");
}

TEST_F(Archive, LeavesNoFileWithoutFinish) {
  {
    ArchiveWriter(path_, Time{}).add("a", "b");
  }
  EXPECT_TRUE(std::filesystem::is_empty(std::filesystem::path(path_).parent_path()));
}

TEST_F(Archive, HasItsNameOnlyAfterPublishing) {
  {
    ArchiveWriter writer(path_, Time{});
    writer.add("a", "b");
    writer.finish();
    EXPECT_FALSE(std::filesystem::exists(path_));
    ArchiveReader reader(writer.partial_path());
    EXPECT_EQ(reader.next()->bytes, "b");
    EXPECT_FALSE(reader.next());
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path())) << "it was found to be damaged, perhaps";
}

TEST_F(Archive, WritesIntoNoFileOfAnotherProgram) {
  const std::string other = folder_.file("other");
  std::ofstream(other) << "precious";
  std::filesystem::create_symlink(other, path_ + ".partial");
  write(files_);
  std::ifstream file(other);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), "precious");
  EXPECT_EQ(read(), files_);
}

TEST_F(Archive, IsRefusedIfTruncatedAnywhere) {
  write(files_);
  const std::string whole = bytes();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    put(whole.substr(0, size));
    EXPECT_FALSE(refusal().empty()) << size << " of " << whole.size();
  }
}

TEST_F(Archive, WithAChangedByteIsRefusedOrUnchanged) {
  write(files_);
  const std::string whole = bytes();
  for (std::size_t place = 0; place < whole.size(); ++place) {
    for (const int bit : {0, 3, 7}) {
      std::string changed = whole;
      changed[place] = static_cast<char>(changed[place] ^ (1 << bit));
      put(changed);
      if (refusal().empty()) EXPECT_EQ(read(), files_) << place;
    }
  }
}

TEST_F(Archive, RefusesOtherFiles) {
  put("what is this");
  EXPECT_THAT(refusal(), testing::HasSubstr(path_));
  std::filesystem::remove(path_);
  EXPECT_THAT(refusal(), testing::HasSubstr(path_));
}

}  // namespace
}  // namespace kith::backup
