#include "http/access_log.hpp"

#include <iterator>

#include <fmt/format.h>
#include <unistd.h>

#include "base/limits.hpp"
#include "base/time.hpp"

namespace kith::http {

namespace {

constexpr auto text_line = "{} {} {} {} {} {}B {:.3f}ms {}\n";
constexpr auto json_line =
    R"({{"time":"{}","client":"{}","method":"{}","route":"{}","status":{},"bytes":{},)"
    R"("ms":{:.3f},"request_id":"{}"}})"
    "\n";

}  // namespace

void AccessLog::add(const Request& request, std::string_view route, const Answered& answered) {
  std::string time;
  Clock().now().append_to(time);
  const auto format = fmt::runtime(format_ == LogFormat::json ? json_line : text_line);
  fmt::format_to(std::back_inserter(buffer_), format, time, request.client_address,
                 to_string(request.verb), route, answered.status, answered.bytes, answered.ms,
                 request.id.to_string());
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
