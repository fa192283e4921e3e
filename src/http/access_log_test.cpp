#include "http/access_log.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include "base/limits.hpp"

namespace kith::http {

namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

/// A pipe with a small buffer that is read only on request.
class Pipe {
 public:
  static constexpr int capacity = 8192;

  Pipe() {
    if (::pipe2(ends_.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    ::fcntl(ends_[1], F_SETPIPE_SZ, capacity);
    ::fcntl(ends_[0], F_SETFL, O_NONBLOCK);
  }
  ~Pipe() {
    for (const int end : ends_) ::close(end);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  int write_end() const { return ends_[1]; }

  /// Returns all bytes in the pipe.
  std::string read() const {
    std::string all(capacity, '\0');
    const ssize_t count = ::read(ends_[0], all.data(), all.size());
    all.resize(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    return all;
  }

 private:
  std::array<int, 2> ends_{};
};

void add_lines(AccessLog& log, std::string_view route, int count) {
  Request request;
  request.client_address = "127.0.0.1";
  request.verb = Verb::get;
  for (int i = 0; i < count; ++i) log.add(request, route, {.status = 200, .bytes = 7, .ms = 1.5});
}

TEST(AccessLog, NamesClientAndRoute) {
  const Pipe pipe;
  AccessLog log(pipe.write_end(), LogFormat::text);
  add_lines(log, "/a/{id}", 1);
  EXPECT_THAT(pipe.read(), IsEmpty()) << "it is buffered";
  log.flush();
  EXPECT_THAT(pipe.read(), HasSubstr(" 127.0.0.1 GET /a/{id} 200 7B 1.500ms "));
  log.flush();
  EXPECT_THAT(pipe.read(), IsEmpty()) << "it is written once";
}

TEST(AccessLog, IsFlushedOnDestruction) {
  const Pipe pipe;
  {
    AccessLog log(pipe.write_end(), LogFormat::json);
    add_lines(log, "/a", 1);
  }
  const std::string text = pipe.read();
  EXPECT_THAT(text, StartsWith("{\"time\":\""));
  EXPECT_THAT(text, EndsWith("\"}\n"));
}

// A server must not block when the reader of its output stops.
TEST(AccessLog, DropsLinesWhenThePipeIsFull) {
  const Pipe pipe;
  AccessLog log(pipe.write_end(), LogFormat::text);
  add_lines(log, "/early", static_cast<int>(limits::access_buffer_bytes_max / 50));
  log.flush();
  add_lines(log, "/late", 10);
  log.flush();
  const std::string text = pipe.read();
  EXPECT_THAT(text, HasSubstr("/early"));
  EXPECT_THAT(text, EndsWith("\n")) << "of whole lines";
  EXPECT_EQ(text.find("/late"), std::string::npos);
  add_lines(log, "/again", 1);
  log.flush();
  EXPECT_THAT(pipe.read(), HasSubstr("/again")) << "logging continues after the pipe is read";
}

}  // namespace

}  // namespace kith::http
