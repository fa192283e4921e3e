#pragma once

#include "base/time.hpp"
#include "http/repeats.hpp"
#include "store/store.hpp"

namespace kith::app {

/// Keys and answers in the database, so that a repeated request finds them on every instance and
/// after a crash. A key is taken by a row without an answer, with a lease: when that has run out,
/// the process that took it is dead and the request may be tried again. One a loop.
class StoredRepeats : public http::Repeats {
 public:
  /// REQUIRES: `store` outlives this.
  explicit StoredRepeats(store::Store& store) : store_(store) {}

  Task<Result<std::variant<http::KeyedRequest, http::KeptAnswer>>> claim(
      AccountId account, std::string_view key, const http::Request& request) override;
  Task<void> keep(const http::KeyedRequest& claimed, const http::KeptAnswer& answer) override;
  Task<void> release(const http::KeyedRequest& claimed) override;

 private:
  store::Store& store_;
  Clock clock_;
};

/// Forgets keys that were first used before `before`; how many. Errors: `unavailable`.
Task<Result<int>> purge_idempotency_keys(store::Store& store, Time before);

}  // namespace kith::app
