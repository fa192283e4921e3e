#include "http/access_log.hpp"

#include <climits>
#include <iterator>
#include <mutex>

#include <fmt/compile.h>
#include <poll.h>
#include <unistd.h>

#include "base/limits.hpp"
#include "http/trace.hpp"

namespace kith::http {

void AccessLog::add(const Request& request, std::string_view route, const Answered& answered) {
  const bool json = format_ == LogFormat::json;
  const auto append = [&](auto format) {
    fmt::format_to(std::back_inserter(buffer_), format, request.client_address,
                   to_string(request.verb), route, answered.status, answered.bytes, answered.ms);
  };
  if (json) buffer_ += R"({"time":")";
  request.received.append_to(buffer_);
  if (json) {
    append(FMT_COMPILE(R"(","client":"{}","method":"{}","route":"{}","status":{},"bytes":{},)"
                       R"("ms":{:.3f},"request_id":")"));
  } else {
    append(FMT_COMPILE(" {} {} {} {} {}B {:.3f}ms "));
  }
  request.id.append_to(buffer_);
  if (const std::string_view trace = trace_id(request); !trace.empty()) {
    buffer_.append(json ? R"(","trace_id":")" : " trace=").append(trace);
  }
  buffer_ += json ? "\"}\n" : "\n";
  if (buffer_.size() >= limits::access_buffer_bytes_max) flush();
}

namespace {

/// Returns whether a write would not block. It would on a full pipe whose reader has stopped.
bool is_writable(int fd) {
  pollfd asked{.fd = fd, .events = POLLOUT, .revents = 0};
  return ::poll(&asked, 1, 0) == 1 && (asked.revents & POLLOUT) != 0;
}

/// Returns as many whole lines as a pipe accepts atomically (POSIX, PIPE_BUF), so that lines of
/// several loops do not mix and a write does not block after poll() reported the pipe as writable.
std::string_view next_piece(std::string_view lines) {
  if (lines.size() <= PIPE_BUF) return lines;
  const auto end = lines.rfind('\n', PIPE_BUF - 1);
  return lines.substr(0, end == std::string_view::npos ? PIPE_BUF : end + 1);
}

}  // namespace

void AccessLog::flush() {
  // Shared by all loops, because poll() guarantees room for one write only.
  static std::mutex one_writes;
  const std::lock_guard lock(one_writes);
  std::string_view rest = buffer_;
  while (!rest.empty() && is_writable(fd_)) {
    const std::string_view piece = next_piece(rest);
    const ssize_t written = ::write(fd_, piece.data(), piece.size());
    if (written <= 0) break;
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  buffer_.clear();
}

}  // namespace kith::http
