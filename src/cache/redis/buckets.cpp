#include "cache/redis/buckets.hpp"

#include "crypto/digest.hpp"

namespace kith::cache::redis {

namespace {

using std::chrono::microseconds;

// The value is the time when the bucket will be empty, in microseconds, formatted explicitly
// because Lua would round it to 14 digits. If Redis' clock went back, the bucket would hold more
// than its capacity: it then counts as full, and leaks from now on.
const Script draw_script(R"(
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local cost, capacity = tonumber(ARGV[1]), tonumber(ARGV[2])
local kept = tonumber(redis.call('GET', KEYS[1]) or 0) - now
local held = math.min(math.max(kept, 0), capacity)
local wanted = held
if held + cost <= capacity then wanted = held + cost end
if wanted ~= kept and wanted > 0 then
  redis.call('SET', KEYS[1], string.format('%.0f', now + wanted), 'PX', math.ceil(wanted / 1000))
end
return held
)");

/// Hashes the caller, so that Redis does not hold addresses or names.
std::string key_of(std::string_view caller) {
  constexpr std::size_t bytes = 16;
  return "kith:rate:" + crypto::to_hex(crypto::sha256(caller).substr(0, bytes));
}

}  // namespace

Task<std::optional<microseconds>> Buckets::draw(BucketDraw draw) {
  const std::string key = key_of(draw.key);
  const std::string cost = std::to_string(draw.cost.count());
  const std::string capacity = std::to_string(draw.capacity.count());
  const auto reply = co_await link_->run(draw_script, {key}, {cost, capacity});
  if (!reply || reply->kind != Reply::Kind::integer) co_return std::nullopt;
  co_return microseconds(reply->integer);
}

}  // namespace kith::cache::redis
