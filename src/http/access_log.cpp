#include "http/access_log.hpp"

#include <iterator>

#include <fmt/compile.h>
#include <unistd.h>

#include "base/limits.hpp"

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
  buffer_ += json ? "\"}\n" : "\n";
  if (buffer_.size() >= limits::access_buffer_bytes_max) flush();
}

void AccessLog::flush() {
  std::string_view rest = buffer_;
  while (!rest.empty()) {
    const ssize_t written = ::write(fd_, rest.data(), rest.size());
    if (written <= 0) break;
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  buffer_.clear();
}

}  // namespace kith::http
