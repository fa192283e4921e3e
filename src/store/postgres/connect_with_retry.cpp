#include "store/postgres/connect_with_retry.hpp"

#include <algorithm>
#include <chrono>
#include <span>
#include <string_view>
#include <thread>

#include <spdlog/spdlog.h>

#include "base/jitter.hpp"
#include "base/limits.hpp"

namespace kith::store::postgres {

namespace {

using SteadyClock = std::chrono::steady_clock;

/// Messages of temporary refusals by a running server: all connections are in use, no host is the
/// primary yet, or a pooler waits for its own server. libpq has no code for them.
constexpr std::string_view passing[] = {"too many", "connection slots", "session is read-only",
                                        "does not answer"};

/// Messages of failures that libpq detects itself, before the server sees the connection. They are
/// final.
constexpr std::string_view lasting[] = {"certificate", "does not support SSL"};

bool has_one_of(std::string_view why, std::span<const std::string_view> signs) {
  return std::ranges::any_of(signs, [&](std::string_view sign) { return why.contains(sign); });
}

bool is_final(const Url& url, std::string_view why) {
  if (has_one_of(why, passing)) return false;
  return has_one_of(why, lasting) || accepts_connections(url);
}

/// Logs at intervals what the connection waits for.
class Notes {
 public:
  void take(const std::string& why) {
    if (SteadyClock::now() < due_) return;
    due_ = SteadyClock::now() + limits::database_start_note_interval;
    spdlog::warn("database: waiting for it, {} s at most: {}",
                 limits::database_start_timeout.count(), why);
  }

 private:
  SteadyClock::time_point due_;
};

}  // namespace

Handle connect_with_retry(const Url& url, const std::function<Handle()>& make) {
  const auto deadline = SteadyClock::now() + limits::database_start_timeout;
  std::chrono::milliseconds delay = limits::database_retry_delay_min;
  Notes notes;
  for (bool was_there = false;;) {
    try {
      return make();
    } catch (const Unreachable& failed) {
      const bool is_there = is_final(url, failed.what());
      // The server may have started between the attempt and the check, so only a second refusal
      // counts.
      if ((is_there && was_there) || SteadyClock::now() >= deadline) throw;
      if (!is_there) notes.take(failed.what());
      was_there = is_there;
    }
    std::this_thread::sleep_for(with_jitter(delay));
    if (!was_there) {
      delay = std::min<std::chrono::milliseconds>(delay * 2, limits::database_retry_delay_max);
    }
  }
}

}  // namespace kith::store::postgres
