#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/task.hpp"
#include "base/workers.hpp"

namespace kith::crypto {

/// Returns `password` in the form that is hashed: non-ASCII spaces become U+0020, then the text is
/// composed (NFC), as OpaqueString requires (RFC 8265, section 4.2), because keyboards and systems
/// encode the same characters differently. Returns text that is not valid UTF-8 unchanged.
std::string prepared(std::string_view password);

/// Hashes and verifies passwords with argon2id (RFC 9106): 19 MiB, 2 passes, 1 lane, OWASP's
/// minimum. A hash takes about 30 ms of CPU time, so it runs on dedicated threads behind a bounded
/// queue: a flood of logins gets 503 and does not exhaust memory or delay other requests.
class PasswordHasher {
 public:
  explicit PasswordHasher(std::size_t threads);

  /// Returns the encoded hash of the prepared password (`$argon2id$...`). Errors: `unavailable`
  /// when more than `limits::password_queue_max` passwords wait.
  Task<Result<std::string>> hash(std::string password);

  /// Hashes a new password of a user about whom `known` is known. Returns nothing if the password
  /// is easy to guess (guessable.hpp).
  Task<Result<std::optional<std::string>>> hash_unless_guessable(std::string password,
                                                                 std::vector<std::string> known);

  /// Returns whether `stored` is the hash of `password`. A password that `prepared` changes is also
  /// compared as sent, for hashes from before passwords were prepared; such a password always costs
  /// two hashes, whatever is stored. Errors as `hash`.
  Task<Result<bool>> verify(std::string password, std::string stored);

  /// Takes as long as `verify` and returns false: for accounts that do not exist, so that the
  /// response time does not reveal whether an address has an account.
  Task<Result<bool>> verify_unknown(std::string password);

  /// Returns the number of passwords queued or in progress.
  std::size_t queued() const { return workers_.queued(); }

  /// Returns the number of passwords hashed or verified so far.
  std::uint64_t hashed() const { return workers_.ended(); }

 private:
  std::string unknown_;  // a hash of an unknown password
  Workers workers_;
};

}  // namespace kith::crypto
