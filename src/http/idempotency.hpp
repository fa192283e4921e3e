#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "base/time.hpp"

/// Idempotency keys: repeated requests with the same `Idempotency-Key` take effect once
/// (draft-ietf-httpapi-idempotency-key-header-07).
namespace kith::http {

struct Request;

/// The stored response to the first request with a key.
struct KeptAnswer {
  int status = 0;
  std::string headers;  ///< complete lines, as `Response::headers`
  std::string body;     ///< JSON
};

/// A request that runs under an idempotency key.
struct KeyedRequest {
  AccountId account;      ///< owner of the key
  std::string key_hash;   ///< SHA-256
  Time first_at;          ///< when the key was first used
  bool repeated = false;  ///< an earlier attempt was interrupted and may have taken effect
  /// The JSON body of an earlier, partial response (`IdempotencyStore::reopen`), or empty.
  std::string earlier_answer = {};
};

/// Stores idempotency keys and responses; injected by `app`.
class IdempotencyStore {
 public:
  virtual ~IdempotencyStore() = default;

  /// Claims `key` for this request, or returns the stored response. Errors: `conflict`
  /// (`request-in-flight`) while the first request is running; `invalid` when the key was used for
  /// a different request.
  virtual Task<Result<std::variant<KeyedRequest, KeptAnswer>>> claim(AccountId account,
                                                                     std::string_view key,
                                                                     const Request& request) = 0;

  /// Stores the response for `limits::idempotency_key_lifetime`. Best effort: a failure is only
  /// logged, and a repeat after `limits::idempotency_lease` runs the request again.
  virtual Task<void> keep(const KeyedRequest& claimed, const KeptAnswer& answer) = 0;

  /// Keeps the key without a final response: the request may have taken effect in part, and a
  /// repeat can continue it at once. The repeat gets `partial` as `earlier_answer`; if empty, the
  /// one of an earlier attempt is kept.
  virtual Task<void> reopen(const KeyedRequest& claimed, std::string_view partial) = 0;

  /// Releases the key of a request that was refused and changed nothing.
  virtual Task<void> release(const KeyedRequest& claimed) = 0;
};

/// Generates ids for resources that a handler creates. With an idempotency key each attempt gets
/// the same ids, so that a repeat after a crash finds the resources that were already created.
class NewIds {
 public:
  explicit NewIds(Time now) : now_(now) {}
  explicit NewIds(const KeyedRequest& keyed);

  template <class IdType>
  IdType make() {
    return {next()};
  }

  /// Returns whether an earlier attempt may have created the resources.
  bool repeated() const { return repeated_; }

  /// Returns the time of the first request with the key, or now without a key.
  Time first_at() const { return now_; }

 private:
  Uuid next();

  Time now_;
  std::optional<std::uint64_t> seed_;
  bool repeated_ = false;
  std::uint64_t count_ = 0;
};

}  // namespace kith::http
