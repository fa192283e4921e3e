#include "cache/redis/principals.hpp"

#include <exception>
#include <stdexcept>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "base/limits.hpp"
#include "crypto/digest.hpp"
#include "crypto/random.hpp"

namespace kith::cache::redis {

namespace asio = boost::asio;
using std::chrono::milliseconds;

namespace {

using Steady = std::chrono::steady_clock;

constexpr milliseconds lifetime = limits::principal_recheck_interval;
constexpr char mark_end = ' ';

std::string mark_key(AccountId account) { return "kith:mark:" + account.to_string(); }

std::string entry_key(AccountId account, SessionId session) {
  return "kith:principal:" + account.to_string() + "/" + session.to_string();
}

std::string random_mark() {
  constexpr std::size_t bytes = 8;
  return crypto::to_hex(crypto::random_bytes(bytes));
}

// Returns the mark, the entry, and its remaining lifetime in milliseconds.
const Script find_script(R"(
local mark = redis.call('GET', KEYS[1])
if not mark then
  mark = ARGV[1]
  redis.call('SET', KEYS[1], mark, 'PX', ARGV[2])
end
return {mark, redis.call('GET', KEYS[2]) or '', redis.call('PTTL', KEYS[2])}
)");

// Both commands work on a server without free memory, so that invalidation never fails for lack of
// it.
const Script forget_script(R"(
redis.call('PUBLISH', KEYS[2], ARGV[1])
redis.call('DEL', KEYS[1])
return 1
)");

}  // namespace

bool Trust::holds() const {
  if (telling_.load(std::memory_order_acquire) > 0) return false;
  const auto until = doubted_until_.load(std::memory_order_acquire);
  return Steady::now().time_since_epoch().count() >= until;
}

void Trust::end_telling(bool arrived) {
  const auto until = Steady::now() + lifetime;
  if (!arrived) doubted_until_.store(until.time_since_epoch().count(), std::memory_order_release);
  telling_.fetch_sub(1, std::memory_order_release);
}

Task<SharedPrincipal> Principals::find(AccountId account, SessionId session) {
  const auto asked = Steady::now();
  SharedPrincipal out{.value = {}, .at = asked, .mark = {}};
  if (!trust_.holds()) co_return out;
  const std::string life = std::to_string(milliseconds(limits::redis_mark_lifetime).count());
  const std::string mark_at = mark_key(account);
  const std::string entry_at = entry_key(account, session);
  const std::string new_mark = random_mark();
  const auto reply = co_await link_->run(find_script, {mark_at, entry_at}, {new_mark, life});
  if (!reply || reply->items.size() != 3) co_return out;
  out.mark = reply->items[0].text;
  const std::string& entry = reply->items[1].text;
  const milliseconds left(reply->items[2].integer);
  const bool counts = entry.starts_with(out.mark + mark_end) && left.count() > 0 &&
                      left <= lifetime && trust_.holds();
  if (!counts) co_return out;
  out.value = entry.substr(out.mark.size() + 1);
  out.at = asked - (lifetime - left);
  co_return out;
}

void Principals::keep(AccountId account, SessionId session, const SharedPrincipal& found,
                      std::string value) {
  const auto age = std::chrono::duration_cast<milliseconds>(Steady::now() - found.at);
  if (found.mark.empty() || age >= lifetime) return;
  std::string request = command({"SET", entry_key(account, session), found.mark + mark_end + value,
                                 "PX", std::to_string((lifetime - age).count())});
  const auto send = [](std::shared_ptr<Link> link, std::string text) -> Task<void> {
    co_await link->call(std::move(text));
  };
  asio::co_spawn(loop_, send(link_, std::move(request)), asio::detached);
}

void Principals::forget(AccountId account) {
  trust_.begin_telling();
  const auto tell = [](std::shared_ptr<Link> link, Trust& trust, AccountId of) -> Task<void> {
    const std::string key = mark_key(of);
    const std::string id = of.to_string();
    const auto told = co_await link->run(forget_script, {key, invalidation_channel}, {id});
    trust.end_telling(told.has_value());
  };
  asio::co_spawn(loop_, tell(link_, trust_, account), asio::detached);
}

void announce(const Url& url, AccountId account) {
  asio::io_context loop(1);
  const std::string key = mark_key(account);
  const auto connection = std::make_shared<Connection>(loop.get_executor());
  std::exception_ptr failed;
  std::string request = forget_script.by_text({key, invalidation_channel}, {account.to_string()});
  asio::co_spawn(loop, open_in_time(connection, url, std::move(request)),
                 [&failed](std::exception_ptr error) { failed = std::move(error); });
  loop.run();
  if (failed) std::rethrow_exception(failed);
}

}  // namespace kith::cache::redis
