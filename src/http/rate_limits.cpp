#include "http/rate_limits.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <utility>

#include <boost/asio/ip/address.hpp>

#include "base/digits.hpp"
#include "base/fields.hpp"
#include "base/limits.hpp"
#include "http/request.hpp"

namespace kith::http {

using namespace std::chrono_literals;

namespace {

constexpr std::string_view wrong =
    "must be on, off, or limits such as contacts.read=100/s:1000,login=10/min";

std::optional<std::chrono::seconds> period_of(std::string_view name) {
  if (name == "s") return 1s;
  if (name == "min") return 1min;
  if (name == "h") return 1h;
  return std::nullopt;
}

/// Removes and returns the part of `text` before `separator`, or all of it.
std::string_view take_until(std::string_view& text, char separator) {
  const auto at = text.find(separator);
  const std::string_view part = text.substr(0, at);
  text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
  return part;
}

}  // namespace

std::optional<RateLimit> RateLimit::parse(std::string_view text) {
  const auto count = read_digits(take_until(text, '/'));
  const auto period = period_of(take_until(text, ':'));
  const auto burst = text.empty() ? count : read_digits(text);
  if (!count || !period || !burst || *count < 1 || *burst < 1) return std::nullopt;
  return RateLimit{*count, *period, *burst};
}

std::array<RateLimit, RateLimits::size> RateLimits::defaults() {
  std::array<RateLimit, size> out{};
  const auto set = [&out](LimitClass limit, RateLimit rule) {
    out[static_cast<std::size_t>(limit)] = rule;
  };
  set(LimitClass::contacts_read, {100, 1s, 1000});
  set(LimitClass::contacts_create, {20, 1s, 2000});  // allows a phone's first sync
  set(LimitClass::contacts_write, {20, 1s, 2000});
  set(LimitClass::login, {30, 1min, 30});
  set(LimitClass::login_account, {10, 1min, 10});
  set(LimitClass::signup, {10, 1min, 20});
  set(LimitClass::token, {60, 1min, 60});
  set(LimitClass::mail, {6, 1h, 3});
  set(LimitClass::avatar, {10, 1min, 10});
  set(LimitClass::photo, {30, 1min, 60});
  set(LimitClass::thumbnail, {5, 1s, 500});  // allows the first look at a long list
  set(LimitClass::export_data, {10, 1h, 5});
  set(LimitClass::account, {10, 1s, 100});
  return out;
}

std::expected<RateLimits, std::string_view> RateLimits::parse(std::string_view text) {
  RateLimits limits;
  limits.text = text;
  if (text == "on") return limits;
  if (text == "off") {
    limits.all = {};
    return limits;
  }
  bool creations_named = false;
  while (!text.empty()) {
    std::string_view rule = take_until(text, ',');
    const auto limit = enum_of<LimitClass>(trim(take_until(rule, '=')));
    const auto parsed = RateLimit::parse(trim(rule));
    if (!limit || *limit == LimitClass::none || !parsed) return std::unexpected(wrong);
    limits.all[static_cast<std::size_t>(*limit)] = *parsed;
    creations_named = creations_named || *limit == LimitClass::contacts_create;
  }
  if (!creations_named) {
    limits.all[static_cast<std::size_t>(LimitClass::contacts_create)] =
        limits.of(LimitClass::contacts_write);
  }
  return limits;
}

/// The cost of requests and the size of the bucket: each request costs an interval, and the bucket
/// holds a burst.
struct RateCounters::Draw {
  Micros interval;
  Micros cost;
  Micros capacity;

  Draw(const RateLimit& rule, int count)
      : interval(std::max<Micros>(Micros(rule.period) / rule.count, Micros(1))),
        cost(interval * count),
        capacity(interval * rule.burst) {}

  /// Returns the state after the draw if the bucket held `held` before, or the seconds to wait.
  std::expected<RateState, int> from(Micros held) const {
    const Micros then = held + cost;
    if (then <= capacity) {
      return RateState{static_cast<int>((capacity - then) / interval), seconds(then)};
    }
    // A request whose cost exceeds the burst waits until the bucket is empty.
    return std::unexpected(seconds(std::min(then - capacity, std::max<Micros>(held, 1s))));
  }

  static int seconds(Micros time) {
    return static_cast<int>(std::chrono::ceil<std::chrono::seconds>(time).count());
  }
};

namespace {

std::chrono::microseconds steady_now() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now().time_since_epoch());
}

std::string key_of(LimitClass limit, std::string_view caller) {
  std::string key(1, static_cast<char>(limit));
  key += caller;
  return key;
}

}  // namespace

RateCounters::Shard& RateCounters::shard_of(const std::string& key) {
  return shards_[std::hash<std::string>()(key) % shard_count];
}

/// Returns the bucket of `key`, creating it if necessary. REQUIRES: the shard is locked.
RateCounters::Bucket& RateCounters::bucket_of(Shard& shard, std::string key, Micros capacity,
                                              Micros now) {
  const auto found = shard.buckets.find(key);
  if (found != shard.buckets.end()) return found->second;
  if (shard.buckets.size() >= limits::rate_callers_max / shard_count) evict_one(shard, now);
  return shard.buckets.emplace(std::move(key), Bucket{now, capacity}).first->second;
}

std::expected<RateState, int> RateCounters::take(LimitClass limit, std::string_view caller,
                                                 int count) {
  return take_here(key_of(limit, caller), Draw(limits_.of(limit), count));
}

std::expected<RateState, int> RateCounters::take_here(std::string key, const Draw& draw) {
  const Micros now = steady_now();
  Shard& shard = shard_of(key);
  const std::lock_guard lock(shard.mutex);
  Bucket& bucket = bucket_of(shard, std::move(key), draw.capacity, now);
  const Micros held = std::max(bucket.empty_at - now, Micros(0));
  const auto state = draw.from(held);
  if (state) {
    bucket.empty_at = now + held + draw.cost;
  } else {
    refused_.fetch_add(1, std::memory_order_relaxed);
  }
  return state;
}

Task<std::expected<RateState, int>> RateCounters::take(cache::SharedBuckets& shared,
                                                       LimitClass limit, std::string caller,
                                                       int count) {
  std::string key = key_of(limit, caller);
  const Draw draw(limits_.of(limit), count);
  if (const auto wait = wait_here(key, draw)) co_return std::unexpected(*wait);
  // Taken before Redis reads its own clock, so that the learned time is never too late.
  const Micros asked = steady_now();
  const auto held = co_await shared.draw({key, draw.cost, draw.capacity});
  if (!held) co_return take_here(std::move(key), draw);
  const auto state = draw.from(*held);
  learn(std::move(key), asked + *held + (state ? draw.cost : Micros(0)), draw.capacity);
  if (!state) refused_.fetch_add(1, std::memory_order_relaxed);
  co_return state;
}

/// Returns the seconds that the caller must wait according to the local counters; nothing if
/// `shared` must decide.
std::optional<int> RateCounters::wait_here(const std::string& key, const Draw& draw) {
  const Micros now = steady_now();
  Shard& shard = shard_of(key);
  const std::lock_guard lock(shard.mutex);
  const auto found = shard.buckets.find(key);
  if (found == shard.buckets.end()) return std::nullopt;
  const auto state = draw.from(std::max(found->second.empty_at - now, Micros(0)));
  if (state) return std::nullopt;
  refused_.fetch_add(1, std::memory_order_relaxed);
  return state.error();
}

/// Stores the count of all instances. Keeps the maximum, because replies may arrive out of order.
void RateCounters::learn(std::string key, Micros empty_at, Micros capacity) {
  const Micros now = steady_now();
  if (empty_at <= now) return;
  Shard& shard = shard_of(key);
  const std::lock_guard lock(shard.mutex);
  Bucket& known = bucket_of(shard, std::move(key), capacity, now);
  known.empty_at = std::max(known.empty_at, empty_at);
}

/// Makes room for one caller by evicting the one with the lowest relative usage among a few
/// consecutive hash buckets from a random start. Takes bounded time. REQUIRES: the shard is locked
/// and not empty.
void RateCounters::evict_one(Shard& shard, Micros now) {
  Buckets& buckets = shard.buckets;
  const std::size_t count = buckets.bucket_count();
  std::size_t place = shard.random() % count;
  const std::string* emptiest = &buckets.begin()->first;
  double least = std::numeric_limits<double>::infinity();
  std::size_t seen = 0;
  for (std::size_t i = 0; i < limits::rate_eviction_buckets_max; ++i, place = (place + 1) % count) {
    for (auto each = buckets.begin(place); each != buckets.end(place); ++each, ++seen) {
      const auto held = static_cast<double>((each->second.empty_at - now).count());
      const double part = held / static_cast<double>(each->second.capacity.count());
      if (part >= least) continue;
      least = part;
      emptiest = &each->first;
    }
    if (seen >= limits::rate_eviction_samples) break;
  }
  buckets.erase(std::string(*emptiest));
}

Error too_many_requests(int wait_seconds) {
  return {.code = Errc::too_many_requests,
          .detail = "Too many requests. Try again in " + std::to_string(wait_seconds) +
                    (wait_seconds == 1 ? " second." : " seconds."),
          .retry_after_seconds = wait_seconds};
}

std::string caller_of_address(std::string_view address) {
  boost::system::error_code error;
  auto parsed = boost::asio::ip::make_address(std::string(address), error);
  if (error || !parsed.is_v6()) return std::string(address);
  if (parsed.to_v6().is_v4_mapped()) {
    return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, parsed.to_v6()).to_string();
  }
  const auto bytes = parsed.to_v6().to_bytes();
  constexpr std::size_t network_bytes = 8;
  return {reinterpret_cast<const char*>(bytes.data()), network_bytes};
}

void append_rate_headers(std::string& out, LimitClass limit, const RateLimit& rule,
                         const RateState& state) {
  const std::string_view name = name_of(limit);
  // The time in which `burst` requests are allowed.
  const auto window = std::max<std::int64_t>(rule.period.count() * rule.burst / rule.count, 1);
  out.append("RateLimit-Policy: \"").append(name).append("\";q=") += std::to_string(rule.burst);
  out.append(";w=").append(std::to_string(window)).append("\r\nRateLimit: \"").append(name);
  out.append("\";r=").append(std::to_string(state.remaining)).append(";t=");
  out.append(std::to_string(state.reset_seconds)).append("\r\n");
}

}  // namespace kith::http
