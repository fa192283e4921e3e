#include "image/child.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

#include <gtest/gtest.h>

#include "base/temporary_folder.hpp"

namespace kith::image {

namespace {

using namespace std::chrono_literals;

class ChildProcess : public testing::Test {
 protected:
  ChildResult run(std::string_view script, std::string_view input = {},
                  std::chrono::milliseconds timeout = 20s) {
    const std::string path = folder_.file("program");
    std::ofstream(path) << "#!/bin/sh\n" << script << "\n";
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return run_child({.program = path,
                      .argument = "an argument",
                      .input = input,
                      .output_bytes_max = 1'000'000,
                      .timeout = timeout});
  }

 private:
  const TemporaryFolder folder_;
};

TEST_F(ChildProcess, GetsItsInputAndGivesItsOutput) {
  const std::string much(900'000, 'x');  // exceeds a socket's buffers, both ways
  const ChildResult result = run("cat; exit 7", much);
  EXPECT_EQ(result.exit_status, 7);
  EXPECT_EQ(result.output, much);
  EXPECT_FALSE(result.timed_out || result.flooded);
}

TEST_F(ChildProcess, GetsItsArgument) {
  EXPECT_EQ(run("echo $# \"$1\"").output, "1 an argument\n");
}

TEST_F(ChildProcess, MayEndWithoutReading) {
  const ChildResult result = run("exec <&-; exit 3", std::string(900'000, 'x'));
  EXPECT_EQ(result.exit_status, 3);
}

TEST_F(ChildProcess, IsKilledAtItsDeadline) {
  const auto begin = std::chrono::steady_clock::now();
  for (const char* script : {"exec sleep 60", "exec sleep 60 <&- >&-", "while :; do :; done"}) {
    const ChildResult result = run(script, "input", 200ms);
    EXPECT_TRUE(result.timed_out) << script;
    EXPECT_EQ(result.exit_status, std::nullopt) << script;
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
}

TEST_F(ChildProcess, IsKilledForTooMuchOutput) {
  const ChildResult result = run("exec yes");
  EXPECT_TRUE(result.flooded);
  EXPECT_LT(result.output.size(), 1'100'000U);
}

TEST_F(ChildProcess, ThatASignalEndsHasNoStatus) {
  EXPECT_EQ(run("kill -SEGV $$").exit_status, std::nullopt);
}

TEST_F(ChildProcess, HasNoEnvironmentAndNoOpenFiles) {
  const std::ifstream open_here("/proc/self/status");
  // sh sets PWD itself and opens its own script; ls opens the folder that it lists.
  EXPECT_EQ(run("/usr/bin/env | grep -vE '^(PWD|_|OLDPWD|SHLVL)='").output, "");
  EXPECT_EQ(run("/bin/ls /proc/self/fd | wc -l").output.substr(0, 1), "4");
}

TEST_F(ChildProcess, ThatIsNotThereIsAnException) {
  const std::string nowhere = "/nowhere/kith-image";
  EXPECT_THROW(
      run_child(
          {.program = nowhere, .argument = {}, .input = {}, .output_bytes_max = 1, .timeout = 1s}),
      std::system_error);
}

}  // namespace

}  // namespace kith::image
