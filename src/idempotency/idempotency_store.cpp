#include "idempotency/idempotency_store.hpp"

#include <string>
#include <utility>

#include <spdlog/spdlog.h>

#include "base/limits.hpp"
#include "crypto/digest.hpp"
#include "http/request.hpp"
#include "store/rows.hpp"

namespace kith::idempotency {

using http::KeptAnswer;
using http::KeyedRequest;
using store::Bytes;
using store::Query;
using store::values;
using Claim = Result<std::variant<KeyedRequest, KeptAnswer>>;

namespace {

/// What must be the same when a key comes again.
std::string digest_of(const http::Request& request) {
  std::string text(to_string(request.verb));
  text.append(" ").append(request.target).append("\n").append(request.body);
  return crypto::sha256(text);
}

// Claims a new key, or one whose first request has failed or died. An existing row keeps its
// `created_at`, and the `body` that a failed request left.
const Query take_key{
    "repeats.take",
    "insert into idempotency_keys (account_id, key_hash, request_hash, created_at, lease_until) "
    "values ($1, $2, $3, $4, $5) on conflict (account_id, key_hash) do update "
    "set lease_until = excluded.lease_until where idempotency_keys.status is null "
    "and (idempotency_keys.lease_until < excluded.created_at or cast($6 as bigint) = 1) "
    "and idempotency_keys.request_hash = excluded.request_hash returning created_at, body"};
const Query select_key{"repeats.find",
                       "select request_hash, status, headers, body from idempotency_keys "
                       "where account_id = $1 and key_hash = $2"};

std::unexpected<Error> in_flight() {
  return std::unexpected(
      Error{.code = Errc::conflict,
            .detail = "The first request with this key is still running. Try again shortly.",
            .slug = "request-in-flight"});
}

Claim answer_of(const store::Rows& rows, const std::string& request_hash) {
  if (rows.empty()) return in_flight();  // released just now: the client may retry
  if (store::read_column<std::string>(rows, "request_hash") != request_hash) {
    return std::unexpected(
        invalid_field("Idempotency-Key", "was used for another request; take a new one"));
  }
  const auto status = store::read_column<std::optional<int>>(rows, "status");
  if (!status) return in_flight();
  return KeptAnswer{*status, store::read_column<std::string>(rows, "headers"),
                    store::read_column<std::string>(rows, "body")};
}

}  // namespace

Task<Claim> DatabaseIdempotencyStore::claim(AccountId account, std::string_view key,
                                            const http::Request& request) {
  const Time now = clock_.now();
  const Time lease_until = now + limits::idempotency_lease;
  const std::string request_hash = digest_of(request);
  KeyedRequest taken{.account = account, .key_hash = crypto::sha256(key), .first_at = now};
  const Bytes key_hash{taken.key_hash};
  const bool has_ended = ended_.take(taken);
  const auto written = co_await store_.write_one(
      account, take_key,
      values(account, key_hash, Bytes{request_hash}, now, lease_until, has_ended));
  if (!written && has_ended) ended_.add(taken);
  if (!written) co_return std::unexpected(written.error());
  if (written->empty()) {
    const auto rows = co_await store_.read(select_key, values(account, key_hash));
    if (!rows) co_return std::unexpected(rows.error());
    co_return answer_of(*rows, request_hash);
  }
  taken.first_at = store::read_column<Time>(*written, "created_at");
  taken.repeated = taken.first_at != now;
  taken.earlier_answer =
      store::read_column<std::optional<std::string>>(*written, "body").value_or("");
  co_return taken;
}

namespace {

const Query keep_answer{"repeats.keep",
                        "update idempotency_keys set status = $3, headers = $4, body = $5 "
                        "where account_id = $1 and key_hash = $2"};
// Ends the lease, so that a repeated request may claim the key.
const Query reopen_key{"repeats.reopen",
                       "update idempotency_keys set lease_until = 0, "
                       "body = coalesce(nullif($3, ''), body) "
                       "where account_id = $1 and key_hash = $2 and status is null"};
const Query delete_key{"repeats.release",
                       "delete from idempotency_keys where account_id = $1 and key_hash = $2 "
                       "and status is null"};

}  // namespace

/// Writes what must not turn the request's answer into an error; returns why it failed, or nothing.
Task<std::string> DatabaseIdempotencyStore::try_write(AccountId account, const Query& query,
                                                      store::Values bound) {
  try {
    const auto written = co_await store_.write_one(account, query, std::move(bound));
    co_return written ? std::string() : written.error().detail;
  } catch (const store::DatabaseError& broken) {
    co_return broken.what();
  }
}

Task<void> DatabaseIdempotencyStore::keep(const KeyedRequest& claimed, const KeptAnswer& answer) {
  const std::string failed = co_await try_write(
      claimed.account, keep_answer,
      values(claimed.account, Bytes{claimed.key_hash}, answer.status, answer.headers, answer.body));
  if (!failed.empty()) spdlog::warn("idempotency: an answer could not be stored: {}", failed);
}

Task<void> DatabaseIdempotencyStore::reopen(const KeyedRequest& claimed, std::string_view partial) {
  return end(claimed, reopen_key, values(claimed.account, Bytes{claimed.key_hash}, partial));
}

Task<void> DatabaseIdempotencyStore::release(const KeyedRequest& claimed) {
  return end(claimed, delete_key, values(claimed.account, Bytes{claimed.key_hash}));
}

Task<void> DatabaseIdempotencyStore::end(const KeyedRequest& claimed, const Query& query,
                                         store::Values bound) {
  const std::string failed = co_await try_write(claimed.account, query, std::move(bound));
  if (failed.empty()) co_return;
  spdlog::warn("idempotency: the state of a request could not be stored: {}", failed);
  ended_.add(claimed);
}

namespace {

std::string own_key(const KeyedRequest& request) {
  return std::string(request.account.uuid.bytes()) + request.key_hash;
}

}  // namespace

void EndedKeys::add(const KeyedRequest& ended) {
  const std::lock_guard lock(mutex_);
  if (keys_.size() >= keys_max) keys_.clear();
  keys_.insert(own_key(ended));
  size_.store(keys_.size(), std::memory_order_relaxed);
}

bool EndedKeys::take(const KeyedRequest& claimed) {
  if (size_.load(std::memory_order_relaxed) == 0) return false;
  const std::lock_guard lock(mutex_);
  const bool found = keys_.erase(own_key(claimed)) > 0;
  size_.store(keys_.size(), std::memory_order_relaxed);
  return found;
}

namespace {

const Query delete_old_keys{
    "repeats.purge",
    "delete from idempotency_keys where (account_id, key_hash) in "
    "(select account_id, key_hash from idempotency_keys where created_at < $1 "
    "order by created_at limit $2) returning account_id"};

}  // namespace

Task<Result<int>> purge_idempotency_keys(store::Store& store, Time before) {
  for (int deleted = 0;;) {
    const auto gone = co_await store.write_one(store::no_account, delete_old_keys,
                                               values(before, limits::purge_rows_max));
    if (!gone) co_return std::unexpected(gone.error());
    if (gone->empty()) co_return deleted;
    deleted += static_cast<int>(gone->size());
  }
}

}  // namespace kith::idempotency
