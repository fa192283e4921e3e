#include "mail/files/files.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/temporary_folder.hpp"

namespace kith::mail {
namespace {

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

mode_t mode_of(const std::string& path) {
  struct stat status{};
  EXPECT_EQ(::stat(path.c_str(), &status), 0);
  return status.st_mode & 07777;
}

Message message(std::string bytes) {
  return {.sender = "a@b.org", .recipient = "c@d.org", .bytes = std::move(bytes), .name = "1"};
}

TEST(MailFiles, AreCompleteAndReadableOnlyByTheOwner) {
  const TemporaryFolder folder;
  const mode_t before = ::umask(0);
  FileTransport transport(folder.file("outbox"));
  const auto sent = transport.send(message("one"), {});
  ::umask(before);
  ASSERT_TRUE(sent) << sent.error().reason;
  EXPECT_EQ(*sent, "written to " + folder.file("outbox/1.eml"));
  EXPECT_EQ(content_of(folder.file("outbox/1.eml")), "one");
  EXPECT_EQ(mode_of(folder.file("outbox")), 0700U);
  EXPECT_EQ(mode_of(folder.file("outbox/1.eml")), 0600U);
  ASSERT_TRUE(transport.send(message("one again"), {}));
  EXPECT_EQ(content_of(folder.file("outbox/1.eml")), "one again");
  const std::filesystem::directory_iterator files(folder.file("outbox"));
  EXPECT_EQ(std::distance(begin(files), end(files)), 1) << "a draft is left";
}

TEST(MailFiles, ReportWhyTheyCannotBeWritten) {
  const TemporaryFolder folder;
  std::ofstream(folder.file("outbox")) << "a file in the way";
  FileTransport transport(folder.file("outbox"));
  const auto sent = transport.send(message("secret words"), {});
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().kind, FailureKind::internal);
  EXPECT_THAT(sent.error().reason, testing::HasSubstr("Not a directory"));
  EXPECT_THAT(sent.error().reason, testing::Not(testing::HasSubstr("secret")));
}

}  // namespace
}  // namespace kith::mail
