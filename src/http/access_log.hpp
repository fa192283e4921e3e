#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "http/request.hpp"

namespace kith::http {

/// What log lines are made for.
enum class LogFormat : std::uint8_t { text, json };

/// Their names in the settings.
constexpr std::array<std::string_view, 2> names_of(LogFormat) { return {"text", "json"}; }

/// What the access log tells of an answer.
struct Answered {
  int status;
  std::size_t bytes;  ///< of the body
  double ms;          ///< in the handler
};

/// Access lines of one loop, gathered in a buffer that is written when it is full and at every
/// sweep. A logging library's queue cost 16 us a line here, this costs under one. Lines hold the
/// route's pattern, never the path: paths may carry tokens.
class AccessLog {
 public:
  /// Lines go to `fd`.
  AccessLog(int fd, LogFormat format) : fd_(fd), format_(format) {}
  ~AccessLog() { flush(); }
  AccessLog(const AccessLog&) = delete;
  AccessLog& operator=(const AccessLog&) = delete;

  /// Copies what the line needs: a bounded part of the request. The buffer is written before it has
  /// more than `limits::access_buffer_bytes_max` bytes and one line.
  void add(const Request& request, std::string_view route, const Answered& answered);

  /// Writes what has been gathered. Lines that cannot be written at once are dropped: a full disk
  /// or a reader that has stopped must not stop the server.
  void flush();

 private:
  int fd_;
  LogFormat format_;
  std::string buffer_;
};

}  // namespace kith::http
