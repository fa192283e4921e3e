#include "http/rate_limits.hpp"

#include <algorithm>
#include <functional>
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

/// Cuts what stands before `separator` off `text`, or all of it.
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
  set(LimitClass::contacts_create, {20, 1s, 2000});  // a phone's first sync passes
  set(LimitClass::contacts_write, {20, 1s, 2000});
  set(LimitClass::login, {30, 1min, 30});
  set(LimitClass::login_account, {10, 1min, 10});
  set(LimitClass::signup, {10, 1min, 20});
  set(LimitClass::token, {60, 1min, 60});
  set(LimitClass::mail, {6, 1h, 3});
  set(LimitClass::avatar, {10, 1min, 10});
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

std::expected<RateState, int> RateCounters::take(LimitClass limit, std::string_view caller,
                                                 int count) {
  const RateLimit& rule = limits_.of(limit);
  constexpr Nanos second = 1'000'000'000;
  const Nanos interval = rule.period.count() * second / rule.count;
  const Nanos tolerance = interval * rule.burst;
  const Nanos now = Clock::now().time_since_epoch().count();
  std::string key(1, static_cast<char>(limit));
  key += caller;
  Shard& shard = shards_[std::hash<std::string>()(key) % shard_count];
  const std::lock_guard lock(shard.mutex);
  if (shard.empty_at.size() >= limits::rate_callers_max / shard_count) forget_idle(shard, now);
  Nanos& empty_at = shard.empty_at[std::move(key)];
  const Nanos then = std::max(empty_at, now) + interval * count;
  if (then - now > tolerance) {
    refused_.fetch_add(1, std::memory_order_relaxed);
    // Of more than may ever come at once, as soon as the bucket is empty is as good as any time.
    const Nanos wait = std::min(then - now - tolerance, std::max<Nanos>(empty_at - now, second));
    return std::unexpected(static_cast<int>((wait + second - 1) / second));
  }
  empty_at = then;
  return RateState{static_cast<int>((tolerance - (then - now)) / interval),
                   static_cast<int>((then - now + second - 1) / second)};
}

/// Forgets callers whose bucket is empty; where none is, all: too many callers at once are more
/// than can be told apart.
void RateCounters::forget_idle(Shard& shard, Nanos now) {
  std::erase_if(shard.empty_at, [now](const auto& each) { return each.second <= now; });
  if (shard.empty_at.size() >= limits::rate_callers_max / shard_count) shard.empty_at.clear();
}

Error too_many_requests(int wait_seconds) {
  return {.code = Errc::too_many_requests,
          .detail = "Too many requests; try again in " + std::to_string(wait_seconds) +
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
  const auto octets = parsed.to_v6().to_bytes();
  constexpr std::size_t network_octets = 8;
  return {reinterpret_cast<const char*>(octets.data()), network_octets};
}

void append_rate_headers(std::string& out, LimitClass limit, const RateLimit& rule,
                         const RateState& state) {
  const std::string_view name = name_of(limit);
  // The window in which `burst` requests fit.
  const auto window = std::max<std::int64_t>(rule.period.count() * rule.burst / rule.count, 1);
  out.append("RateLimit-Policy: \"").append(name).append("\";q=") += std::to_string(rule.burst);
  out.append(";w=").append(std::to_string(window)).append("\r\nRateLimit: \"").append(name);
  out.append("\";r=").append(std::to_string(state.remaining)).append(";t=");
  out.append(std::to_string(state.reset_seconds)).append("\r\n");
}

}  // namespace kith::http
