#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "http/request.hpp"

namespace kith::http {

/// The formats of log lines.
enum class LogFormat : std::uint8_t { text, json };

/// The names of `LogFormat` in the settings.
constexpr std::array<std::string_view, 2> names_of(LogFormat) { return {"text", "json"}; }

/// The properties of a response in the access log.
struct Answered {
  int status;
  std::size_t bytes;  ///< of the body
  double ms;          ///< time in the handler, in milliseconds
};

/// Writes the access log of one event loop. Lines are buffered until the buffer is full or the next
/// sweep: about 1 us a line, where the queue of a logging library took 16 us. Lines have the
/// pattern of the route instead of the path, because paths may contain tokens.
class AccessLog {
 public:
  /// Writes to `fd`, which is not closed.
  AccessLog(int fd, LogFormat format) : fd_(fd), format_(format) {}
  ~AccessLog() { flush(); }
  AccessLog(const AccessLog&) = delete;
  AccessLog& operator=(const AccessLog&) = delete;

  /// Adds a line with a bounded part of the request. The buffer never exceeds
  /// `limits::access_buffer_bytes_max` bytes by more than one line.
  void add(const Request& request, std::string_view route, const Answered& answered);

  /// Writes the buffer. Lines that cannot be written at once are dropped, because a full disk or a
  /// stopped reader must not block the server.
  void flush();

 private:
  int fd_;
  LogFormat format_;
  std::string buffer_;
};

}  // namespace kith::http
