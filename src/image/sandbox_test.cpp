#include "image/sandbox.hpp"

#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/limits.hpp"

namespace kith::image {

namespace {

/// Returns whether a call that returned `result` was forbidden.
bool forbidden(long result) { return result == -1 && errno == EPERM; }

/// Runs in the sandbox; returns the number of the first failed check, or 0.
int first_breach() {
  if (!enter_sandbox()) return 1;
  if (!forbidden(::socket(AF_INET, SOCK_STREAM, 0))) return 2;
  if (!forbidden(::socket(AF_UNIX, SOCK_STREAM, 0))) return 3;
  if (!forbidden(::open("/etc/hostname", O_RDONLY | O_CLOEXEC))) return 4;
  if (!forbidden(::open("/tmp/kith-sandbox", O_WRONLY | O_CREAT | O_CLOEXEC, 0600))) return 5;
  if (!forbidden(::execl("/bin/true", "true", nullptr))) return 6;
  if (!forbidden(::fork())) return 7;
  if (!forbidden(::kill(::getppid(), 0))) return 8;
  if (!forbidden(::ptrace(PTRACE_ATTACH, ::getppid(), nullptr, nullptr))) return 9;
  if (!forbidden(::write(STDERR_FILENO, "x", 1))) return 10;
  constexpr std::size_t page = 4096;
  void* const code =
      ::mmap(nullptr, page, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (code != MAP_FAILED || errno != EPERM) return 11;
  // The decoders can use memory up to the limit.
  void* const memory = std::malloc(limits::picture_memory_bytes_max / 2);
  if (!memory) return 12;
  void* const too_much = std::malloc(limits::picture_memory_bytes_max);
  if (too_much) return 13;
  std::free(memory);
  try {
    std::thread([] {}).join();
    return 14;
  } catch (const std::system_error&) {
    return 0;
  }
}

TEST(Sandbox, AllowsToComputeAndNothingElse) {
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
  GTEST_SKIP() << "a build with sanitizers needs more than the sandbox gives";
#endif
  const pid_t child = ::fork();
  if (child == 0) ::_exit(first_breach());
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status)) << "signal " << WTERMSIG(status);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace

}  // namespace kith::image
