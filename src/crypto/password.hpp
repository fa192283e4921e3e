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

/// `password` as it is hashed: non-ASCII spaces become U+0020, then it is composed (NFC), as
/// OpaqueString demands (RFC 8265, section 4.2): keyboards and systems differ in how they write the
/// same characters. Text that is not valid UTF-8 is left alone.
std::string prepared(std::string_view password);

/// Passwords by argon2id (RFC 9106): 19 MiB, 2 passes, 1 lane, as OWASP asks at least. A hash takes
/// some 30 ms of a core, so it runs on threads of its own, never on a loop, behind a bounded queue:
/// a flood of logins gets 503 and costs neither memory nor the other requests' time.
class PasswordHasher {
 public:
  explicit PasswordHasher(std::size_t threads);

  /// The encoded hash of the prepared password (`$argon2id$...`). Errors: `unavailable` over
  /// `limits::password_queue_max`.
  Task<Result<std::string>> hash(std::string password);

  /// The same for a password that somebody chose of whom `known` is known; nothing if it is easy to
  /// guess (guessable.hpp).
  Task<Result<std::optional<std::string>>> hash_unless_guessable(std::string password,
                                                                 std::vector<std::string> known);

  /// Whether `password` is the one that `stored` was made from. A password that `prepared` changes
  /// is compared as it was sent too, for hashes from before passwords were prepared; that it is
  /// costs a second hash whatever is stored. Errors as `hash`.
  Task<Result<bool>> verify(std::string password, std::string stored);

  /// Takes as long as `verify` and is always false: for accounts that do not exist, so that the
  /// time of an answer does not tell which addresses do.
  Task<Result<bool>> verify_unknown(std::string password);

  /// How many passwords wait or are being worked on.
  std::size_t queued() const { return workers_.queued(); }

  /// How many were hashed or checked.
  std::uint64_t hashed() const { return workers_.ended(); }

 private:
  std::string unknown_;  // a hash that no password is known for
  Workers workers_;
};

}  // namespace kith::crypto
