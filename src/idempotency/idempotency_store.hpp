#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <unordered_set>

#include "base/time.hpp"
#include "http/idempotency.hpp"
#include "store/store.hpp"

namespace kith::idempotency {

/// Keys of this process whose requests ended while the database accepted no writes: their rows
/// still have a lease. Shared by all loops.
class EndedKeys {
 public:
  void add(const http::KeyedRequest& ended);

  /// Removes the account's key and returns whether it was present.
  bool take(const http::KeyedRequest& claimed);

 private:
  static constexpr std::size_t keys_max = 10'000;  // beyond that, leases simply expire

  std::atomic<std::size_t> size_ = 0;
  std::mutex mutex_;
  std::unordered_set<std::string> keys_;
};

/// Keys and answers in the database, so that a repeated request finds them on every instance and
/// after a crash. A claimed key is a row without an answer that has a lease: when the lease
/// expires, the process that claimed the key is dead, and the request may be retried. Each loop has
/// its own store.
class DatabaseIdempotencyStore : public http::IdempotencyStore {
 public:
  /// REQUIRES: both outlive this.
  DatabaseIdempotencyStore(store::Store& store, EndedKeys& ended) : store_(store), ended_(ended) {}

  Task<Result<std::variant<http::KeyedRequest, http::KeptAnswer>>> claim(
      AccountId account, std::string_view key, const http::Request& request) override;
  Task<void> keep(const http::KeyedRequest& claimed, const http::KeptAnswer& answer) override;
  Task<void> reopen(const http::KeyedRequest& claimed, std::string_view partial) override;
  Task<void> release(const http::KeyedRequest& claimed) override;

 private:
  /// Runs one statement that ends a request. Where it cannot be written, the key is noted in
  /// `ended_`.
  Task<void> end(const http::KeyedRequest& claimed, const store::Query& query, store::Values bound);
  Task<std::string> try_write(AccountId account, const store::Query& query, store::Values bound);

  store::Store& store_;
  EndedKeys& ended_;
  Clock clock_;
};

/// Deletes keys that were first used before `before` and returns their number. Errors:
/// `unavailable`.
Task<Result<int>> purge_idempotency_keys(store::Store& store, Time before);

}  // namespace kith::idempotency
