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

/// How often who may do what: GCRA, which is a bucket that leaks, kept as one time for each caller.
namespace kith::http {

/// What is counted together. An account's requests are counted for the account, others for the
/// client's address; `login_account` for the address that somebody wants to sign in to.
enum class LimitClass : std::uint8_t {
  none,
  contacts_read,
  contacts_create,
  contacts_write,
  login,
  login_account,
  signup,
  token,   ///< refreshing sessions, links that were mailed or printed
  mail,    ///< mails to one address that strangers may ask for
  avatar,  ///< changing one's picture
  export_data,
  account,  ///< all else that is done with accounts
};

/// Their names in the settings and in answers; `none` has none.
constexpr std::array<std::string_view, 12> names_of(LimitClass) {
  return {"",      "contacts.read", "contacts.create", "contacts.write",
          "login", "login.account", "signup",          "token",
          "mail",  "avatar",        "export",          "account"};
}

/// So many in a time, and how many may come at once.
struct RateLimit {
  int count = 0;  ///< 0: no limit
  std::chrono::seconds period{1};
  int burst = 1;

  /// Reads `10/min`, `100/s`, `5/h`, perhaps with a burst: `20/s:2000`. Without one, as many may
  /// come at once as in the period.
  static std::optional<RateLimit> parse(std::string_view text);

  bool operator==(const RateLimit&) const = default;
};

/// All limits: the setting KITH_RATE_LIMITS. `on`: the defaults; `off`: none; else the defaults but
/// for what is named: `contacts.read=10/min,contacts.create=5/min`. `contacts.write` is also the
/// limit of creations unless those are named.
struct RateLimits {
  static constexpr std::size_t size = names_of(LimitClass{}).size();

  std::string text = "on";
  std::array<RateLimit, size> all = defaults();

  static std::expected<RateLimits, std::string_view> parse(std::string_view text);
  void append_to(std::string& out) const { out += text; }

  const RateLimit& of(LimitClass limit) const { return all[static_cast<std::size_t>(limit)]; }

  static std::array<RateLimit, size> defaults();
};

/// What a request leaves to its caller.
struct RateState {
  int remaining = 0;      ///< how many may still come at once
  int reset_seconds = 0;  ///< until all of them may again
};

/// The counters of all loops; for what an instance sees, and what it was told of the others. They
/// are bounded (`limits::rate_callers_max`): a new caller takes the place of one who has used the
/// smallest part of its limit among a few chosen at random. So a caller with many addresses cannot
/// reset the counter of one who is over its limit.
class RateCounters {
  struct Draw;

 public:
  explicit RateCounters(RateLimits limits) : limits_(std::move(limits)) {}

  /// Takes `count` from what `caller` may do, or nothing and gives the seconds to wait. REQUIRES:
  /// the class has a limit.
  std::expected<RateState, int> take(LimitClass limit, std::string_view caller, int count = 1);

  /// The same over all instances. A caller who was refused is not asked for again before it has
  /// any hope, and where `shared` cannot be asked it is counted here, from what is known of it.
  Task<std::expected<RateState, int>> take(cache::SharedBuckets& shared, LimitClass limit,
                                           std::string caller, int count = 1);

  const RateLimits& limits() const { return limits_; }

  /// How many requests were refused; may be read on any thread.
  std::uint64_t refused() const { return refused_.load(std::memory_order_relaxed); }

 private:
  using Clock = std::chrono::steady_clock;
  using Micros = std::chrono::microseconds;
  static constexpr std::size_t shard_count = 16;

  /// What a caller has taken: when the bucket will be empty, and how long a full one takes to be.
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

/// The refusal of a request that must wait; its headers are added where it is answered.
Error too_many_requests(int wait_seconds);

/// Whom an address counts as: IPv6 clients have whole /64 networks to themselves.
std::string caller_of_address(std::string_view address);

/// The lines `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-11).
void append_rate_headers(std::string& out, LimitClass limit, const RateLimit& rule,
                         const RateState& state);

}  // namespace kith::http
