#include "image/child.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace kith::image {

namespace {

using SteadyClock = std::chrono::steady_clock;

void check(int error, const char* what) {
  if (error != 0) throw std::system_error(error, std::generic_category(), what);
}

/// An open file descriptor, closed on destruction.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor() { close(); }

  int get() const { return fd_; }
  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

 private:
  int fd_;
};

/// A connected pair: our end, and the end that becomes a standard stream of the child. Sockets
/// instead of pipes, because writing to a socket without a reader need not raise SIGPIPE.
struct Line {
  Descriptor ours;
  Descriptor theirs;

  Line() {
    std::array<int, 2> ends{};
    check(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0 ? 0 : errno,
          "socketpair");
    ours = Descriptor(ends[0]);
    theirs = Descriptor(ends[1]);
  }
};

/// The attributes and file actions for posix_spawn, freed on destruction.
class SpawnRules {
 public:
  SpawnRules(const Line& input, const Line& output) {
    check(::posix_spawn_file_actions_init(&files_), "posix_spawn");
    check(::posix_spawnattr_init(&attributes_), "posix_spawn");
    check(::posix_spawn_file_actions_adddup2(&files_, input.theirs.get(), STDIN_FILENO), "dup2");
    check(::posix_spawn_file_actions_adddup2(&files_, output.theirs.get(), STDOUT_FILENO), "dup2");
    check(::posix_spawn_file_actions_addopen(&files_, STDERR_FILENO, "/dev/null", O_WRONLY, 0),
          "open");
    check(::posix_spawn_file_actions_addclosefrom_np(&files_, STDERR_FILENO + 1), "closefrom");
    set_signals();
  }
  ~SpawnRules() {
    ::posix_spawn_file_actions_destroy(&files_);
    ::posix_spawnattr_destroy(&attributes_);
  }
  SpawnRules(const SpawnRules&) = delete;
  SpawnRules& operator=(const SpawnRules&) = delete;

  pid_t spawn(const ChildOrder& order) const {
    std::string name = order.program;
    std::string argument(order.argument);
    std::array<char*, 3> arguments{name.data(), argument.data(), nullptr};
    std::array<char*, 1> environment{nullptr};
    pid_t pid = 0;
    check(::posix_spawn(&pid, order.program.c_str(), &files_, &attributes_, arguments.data(),
                        environment.data()),
          "posix_spawn");
    return pid;
  }

 private:
  /// Resets signals to their defaults. Gives the child its own process group, so that a ^C for the
  /// server, which finishes requests in flight, does not kill the children that it waits for.
  void set_signals() {
    sigset_t all;
    sigset_t none;
    ::sigfillset(&all);
    ::sigemptyset(&none);
    check(::posix_spawnattr_setsigdefault(&attributes_, &all), "posix_spawn");
    check(::posix_spawnattr_setsigmask(&attributes_, &none), "posix_spawn");
    check(::posix_spawnattr_setpgroup(&attributes_, 0), "posix_spawn");
    check(::posix_spawnattr_setflags(
              &attributes_, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP),
          "posix_spawn");
  }

  posix_spawn_file_actions_t files_{};
  posix_spawnattr_t attributes_{};
};

/// A running child with our ends of its streams. It does not outlive this object.
class Child {
 public:
  explicit Child(const ChildOrder& order)
      : order_(order), deadline_(SteadyClock::now() + order.timeout), rest_(order.input) {
    Line input;
    Line output;
    pid_ = SpawnRules(input, output).spawn(order);
    // Debian 12's C library declares pidfd_open only for C.
    ended_ = Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
    input_ = std::move(input.ours);
    output_ = std::move(output.ours);
    if (ended_.get() >= 0) return;
    const int error = errno;
    reap(true);
    check(error, "pidfd_open");
  }
  ~Child() { reap(true); }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// Exchanges data with the child until it ends.
  ChildResult run() {
    ChildResult result;
    bool over = false;
    while (!over && wait()) {
      // Checked before the output is drained: everything that an ended child wrote is there.
      over = polled_[2].revents != 0;
      if (polled_[0].revents != 0) feed();
      if (over || polled_[1].revents != 0) take(result);
      if (result.flooded) break;
    }
    result.timed_out = !over && !result.flooded;
    const int status = reap(!over);
    if (WIFEXITED(status)) result.exit_status = WEXITSTATUS(status);
    return result;
  }

 private:
  /// Waits for an event; returns false at the deadline. A closed end is -1, which poll ignores.
  bool wait() {
    for (;;) {
      const auto left =
          std::chrono::ceil<std::chrono::milliseconds>(deadline_ - SteadyClock::now());
      if (left.count() <= 0) return false;
      polled_ = {pollfd{input_.get(), POLLOUT, 0}, pollfd{output_.get(), POLLIN, 0},
                 pollfd{ended_.get(), POLLIN, 0}};
      const int ready = ::poll(polled_.data(), polled_.size(), static_cast<int>(left.count()));
      if (ready > 0) return true;
      if (ready < 0 && errno != EINTR) check(errno, "poll");
    }
  }

  /// A child that ends early needs no more input: its exit status says why.
  void feed() {
    const ssize_t count = ::send(input_.get(), rest_.data(), rest_.size(), talk_flags);
    if (count > 0) rest_.remove_prefix(static_cast<std::size_t>(count));
    const bool broken = count < 0 && errno != EAGAIN && errno != EINTR;
    if (rest_.empty() || broken) input_.close();
  }

  void take(ChildResult& result) {
    std::array<char, 16 * 1024> part{};
    ssize_t count = 0;
    while (output_.get() >= 0 && !result.flooded) {
      count = ::recv(output_.get(), part.data(), part.size(), talk_flags);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return;  // no more data for now
      if (count == 0) output_.close();
      result.output.append(part.data(), static_cast<std::size_t>(count));
      result.flooded = result.output.size() > order_.output_bytes_max;
    }
  }

  int reap(bool kill_first) {
    if (pid_ == 0) return 0;
    if (kill_first) ::kill(pid_, SIGKILL);
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = 0;
    return status;
  }

  static constexpr int talk_flags = MSG_DONTWAIT | MSG_NOSIGNAL;

  const ChildOrder& order_;
  SteadyClock::time_point deadline_;
  std::string_view rest_;  ///< of the input
  pid_t pid_ = 0;
  Descriptor ended_;  ///< readable when the child has ended
  Descriptor input_;
  Descriptor output_;
  std::array<pollfd, 3> polled_{};
};

}  // namespace

ChildResult run_child(const ChildOrder& order) { return Child(order).run(); }

}  // namespace kith::image
