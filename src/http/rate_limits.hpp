#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <expected>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/error.hpp"
#include "base/task.hpp"
#include "cache/buckets.hpp"

/// Rate limits by the generic cell rate algorithm (GCRA): a leaky bucket stored as a single time
/// per caller.
namespace kith::http {

/// The classes of requests that are counted together. Requests are counted per account, or per
/// client address if not signed in; `login_account` is counted per e-mail address of the sign-in.
enum class LimitClass : std::uint8_t {
  none,
  contacts_read,
  contacts_create,
  contacts_write,
  login,
  login_account,
  signup,
  token,      ///< session refresh, mailed and printed links
  mail,       ///< mails to one address, requested without signing in
  avatar,     ///< changes of the picture
  photo,      ///< uploads of photos of contacts
  thumbnail,  ///< thumbnails of photos that are made
  export_data,
  account,  ///< all other account operations
};

/// The names of `LimitClass` in settings and responses; `none` has no name.
constexpr std::array<std::string_view, 14> names_of(LimitClass) {
  return {"",       "contacts.read", "contacts.create", "contacts.write",
          "login",  "login.account", "signup",          "token",
          "mail",   "avatar",        "photo",           "thumbnail",
          "export", "account"};
}

/// A rate limit: `count` requests per `period`, and `burst` requests at once.
struct RateLimit {
  int count = 0;  ///< 0: no limit
  std::chrono::seconds period{1};
  int burst = 1;

  /// Parses `10/min`, `100/s` or `5/h`, optionally with a burst: `20/s:2000`. The default burst is
  /// `count`.
  static std::optional<RateLimit> parse(std::string_view text);

  bool operator==(const RateLimit&) const = default;
};

/// The setting KITH_RATE_LIMITS. `on`: the defaults; `off`: no limits; otherwise a list that
/// overrides defaults: `contacts.read=10/min,contacts.create=5/min`. `contacts.write` also sets the
/// limit of creations unless `contacts.create` is given.
struct RateLimits {
  static constexpr std::size_t size = names_of(LimitClass{}).size();

  std::string text = "on";
  std::array<RateLimit, size> all = defaults();

  static std::expected<RateLimits, std::string_view> parse(std::string_view text);
  void append_to(std::string& out) const { out += text; }

  const RateLimit& of(LimitClass limit) const { return all[static_cast<std::size_t>(limit)]; }

  static std::array<RateLimit, size> defaults();
};

/// The remaining quota of a caller after a request.
struct RateState {
  int remaining = 0;      ///< requests that are allowed at once
  int reset_seconds = 0;  ///< until the full burst is allowed again
};

/// The counters shared by all event loops of an instance. They include the counts of other
/// instances as far as known. Their number is bounded (`limits::rate_callers_max`): a new caller
/// replaces the one with the lowest usage among a random sample, so that a caller with many
/// addresses cannot reset the counter of a caller over its limit. Thread-safe.
class RateCounters {
  struct Draw;

 public:
  explicit RateCounters(RateLimits limits) : limits_(std::move(limits)) {}

  /// Counts `count` requests of `caller`, or counts nothing and returns the seconds to wait.
  /// REQUIRES: the class has a limit.
  std::expected<RateState, int> take(LimitClass limit, std::string_view caller, int count = 1);

  /// Counts across all instances. For a refused caller `shared` is not queried again until the wait
  /// is over. If `shared` is unavailable, the request is counted locally.
  Task<std::expected<RateState, int>> take(cache::SharedBuckets& shared, LimitClass limit,
                                           std::string caller, int count = 1);

  const RateLimits& limits() const { return limits_; }

  /// Returns the number of refused requests; readable from any thread.
  std::uint64_t refused() const { return refused_.load(std::memory_order_relaxed); }

 private:
  using Clock = std::chrono::steady_clock;
  using Micros = std::chrono::microseconds;
  static constexpr std::size_t shard_count = 16;

  /// The usage of a caller: the time at which its bucket will be empty, and the time that a full
  /// bucket takes to drain.
  struct Bucket {
    Micros empty_at{0};
    Micros capacity{1};
  };
  using Buckets = std::unordered_map<std::string, Bucket>;

  struct alignas(64) Shard {
    std::mutex mutex;
    Buckets buckets;
    std::minstd_rand random{std::random_device()()};
  };

  Shard& shard_of(const std::string& key);
  static Bucket& bucket_of(Shard& shard, std::string key, Micros capacity, Micros now);
  static void evict_one(Shard& shard, Micros now);
  std::expected<RateState, int> take_here(std::string key, const Draw& draw);
  std::optional<int> wait_here(const std::string& key, const Draw& draw);
  void learn(std::string key, Micros empty_at, Micros capacity);

  RateLimits limits_;
  std::array<Shard, shard_count> shards_;
  std::atomic<std::uint64_t> refused_ = 0;
};

/// Returns the error for a request that must wait. Its headers are added to the response later.
Error too_many_requests(int wait_seconds);

/// Returns the caller for a client address: the address, or the /64 network of an IPv6 address,
/// which usually belongs to a single client.
std::string caller_of_address(std::string_view address);

/// Appends the headers `RateLimit-Policy` and `RateLimit`
/// (draft-ietf-httpapi-ratelimit-headers-11).
void append_rate_headers(std::string& out, LimitClass limit, const RateLimit& rule,
                         const RateState& state);

}  // namespace kith::http
