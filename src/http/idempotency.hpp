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

/// Requests that a client may repeat: under the same `Idempotency-Key` they take effect once
/// (draft-ietf-httpapi-idempotency-key-header-07).
namespace kith::http {

struct Request;

/// The answer that a key's first request was given.
struct KeptAnswer {
  int status = 0;
  std::string headers;  ///< whole lines, as `Response::headers`
  std::string body;     ///< JSON
};

/// A request that is to be run under a key.
struct KeyedRequest {
  AccountId account;      ///< whose key it is
  std::string key_hash;   ///< SHA-256
  Time first_at;          ///< when the key was first used
  bool repeated = false;  ///< whether an earlier try was cut off: it may have taken effect
  /// The JSON body of an earlier answer that was not final (`IdempotencyStore::reopen`); empty:
  /// none.
  std::string earlier_answer = {};
};

/// Keeps keys and answers; `app` injects it.
class IdempotencyStore {
 public:
  virtual ~IdempotencyStore() = default;

  /// Takes `key` for this request, or gives the answer it got before. Errors: `conflict`
  /// (`request-in-flight`) while the first request is at work, `invalid` when it was another one.
  virtual Task<Result<std::variant<KeyedRequest, KeptAnswer>>> claim(AccountId account,
                                                                     std::string_view key,
                                                                     const Request& request) = 0;

  /// Keeps the answer for `limits::idempotency_key_lifetime`. Best effort: a failure is logged, and
  /// a repeat after `limits::idempotency_lease` runs the request again.
  virtual Task<void> keep(const KeyedRequest& claimed, const KeptAnswer& answer) = 0;

  /// Keeps the key without a final answer: the request may have taken effect in part, and a repeat
  /// goes on with it at once. `partial` is given to the repeat as `earlier_answer`; empty: what an
  /// earlier try has left stays.
  virtual Task<void> reopen(const KeyedRequest& claimed, std::string_view partial) = 0;

  /// Gives the key back: the request was refused and changed nothing.
  virtual Task<void> release(const KeyedRequest& claimed) = 0;
};

/// Ids for what a handler creates. Under an idempotency key they are the same for each try, so that
/// one that was cut off by a crash and is repeated finds what it had made.
class NewIds {
 public:
  explicit NewIds(Time now) : now_(now) {}
  explicit NewIds(const KeyedRequest& keyed);

  template <class IdType>
  IdType make() {
    return {next()};
  }

  /// Whether what is made may be there already.
  bool repeated() const { return repeated_; }

  /// When the request was first sent under its key; without a key, now.
  Time first_at() const { return now_; }

 private:
  Uuid next();

  Time now_;
  std::optional<std::uint64_t> seed_;
  bool repeated_ = false;
  std::uint64_t count_ = 0;
};

}  // namespace kith::http
