#include "blob/local/folder.hpp"

#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "base/temporary_folder.hpp"

namespace kith::blob::local {

namespace {

namespace fs = std::filesystem;

class LocalBlobs : public testing::Test {
 protected:
  const TemporaryFolder folder_;
  const std::string path_ = folder_.file("blobs");
  const std::unique_ptr<BlobStore> blobs_ = open(path_);
  const BlobName name_ = BlobName::make();
};

TEST_F(LocalBlobs, AreReadableOnlyByTheirOwner) {
  ASSERT_TRUE(blobs_->put(name_, "bytes"));
  EXPECT_EQ(fs::status(path_).permissions(), fs::perms::owner_all);
  EXPECT_EQ(fs::status(path_ + "/" + name_.text + ".webp").permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(LocalBlobs, AreStoredAndRemoved) {
  EXPECT_EQ(blobs_->get(name_, {}).error().code, Errc::not_found);
  ASSERT_TRUE(blobs_->put(name_, std::string("o\0ctets", 7)));
  EXPECT_EQ(blobs_->get(name_, {})->bytes, std::string("o\0ctets", 7));
  ASSERT_TRUE(blobs_->put(name_, "others"));
  EXPECT_EQ(blobs_->get(name_, {})->bytes, "others");
  ASSERT_TRUE(blobs_->remove(name_));
  ASSERT_TRUE(blobs_->remove(name_)) << "deletions are idempotent";
  EXPECT_EQ(blobs_->get(name_, {}).error().code, Errc::not_found);
  EXPECT_TRUE(fs::is_empty(path_));
}

TEST_F(LocalBlobs, LeaveNoPartOfAnInterruptedWrite) {
  std::ofstream(path_ + "/" + name_.text + ".webp.part") << "oct";
  EXPECT_EQ(blobs_->get(name_, {}).error().code, Errc::not_found);
  ASSERT_TRUE(blobs_->remove(name_));
  EXPECT_TRUE(fs::is_empty(path_));
}

TEST_F(LocalBlobs, ReportADiskFailure) {
  fs::remove(path_);
  EXPECT_EQ(blobs_->put(name_, "bytes").error().code, Errc::unavailable);
  EXPECT_EQ(blobs_->remove(name_).error().code, Errc::unavailable);
}

}  // namespace

}  // namespace kith::blob::local
