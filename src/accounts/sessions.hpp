#pragma once

#include <atomic>
#include <chrono>
#include <string>

#include "accounts/accounts.hpp"
#include "base/fields.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "crypto/jwt.hpp"
#include "http/principal.hpp"
#include "store/store.hpp"

namespace kith::accounts {

/// Raised whenever somebody loses a right in this process (logout, revocation, role, password):
/// every loop then asks the database again instead of its cache. Shared by all loops.
using PrincipalEpoch = std::atomic<std::uint64_t>;

/// How long tokens live.
struct TokenLifetimes {
  std::chrono::minutes access{15};
  std::chrono::hours refresh{7 * 24};
};

/// What a login gives (RFC 6749, section 5.1).
struct TokenPair {
  std::string access_token;
  std::string refresh_token;
  std::string token_type = "Bearer";
  int expires_in = 0;  ///< seconds

  static std::string schema_name() { return "TokenPair"; }
  static constexpr auto fields() {
    return kith::fields(
        field("access_token", &TokenPair::access_token,
              {.doc = "Send as `Authorization: Bearer`.", .secret = true}),
        field("refresh_token", &TokenPair::refresh_token,
              {.doc = "Good for one new pair; using it twice ends the session.", .secret = true}),
        field("token_type", &TokenPair::token_type, {.example = "Bearer"}),
        field("expires_in", &TokenPair::expires_in, {.doc = "Seconds.", .example = "900"}));
  }
};

/// What sessions are made with; shared by all loops.
struct TokenSettings {
  const crypto::TokenSigner& signer;
  TokenLifetimes lifetimes;
  PrincipalEpoch& epoch;
};

/// Logins and what follows from them. Errors of all: `unavailable` from the store or the password
/// queue.
class Sessions {
 public:
  /// REQUIRES: all outlive this.
  Sessions(store::Store& store, Accounts& accounts, crypto::PasswordHasher& passwords,
           TokenSettings tokens)
      : store_(store), accounts_(accounts), passwords_(passwords), tokens_(tokens) {}

  /// Errors: `unauthenticated`, alike in text and time for an unknown address and a wrong password.
  Task<Result<TokenPair>> log_in(Email email, std::string password, Time now);

  /// A new pair for a refresh token, which is spent by it. One that was spent before has been
  /// copied: it ends the session, whoever came first (RFC 9700, section 4.14.2).
  /// Errors: `unauthenticated`.
  Task<Result<TokenPair>> refresh(std::string refresh_token, Time now);

  /// Ends the session with all its tokens.
  Task<Result<void>> log_out(AccountId account, SessionId session);

 private:
  Task<Result<TokenPair>> begin(Credentials proved, Time now);
  TokenPair pair(AccountId account, SessionId session, std::string refresh_token, Time now) const;
  Time refresh_expiry(Time now) const;

  store::Store& store_;
  Accounts& accounts_;
  crypto::PasswordHasher& passwords_;
  TokenSettings tokens_;
};

/// Takes away sessions and links that have expired; how many sessions. Errors: `unavailable`.
Task<Result<int>> purge_tokens(store::Store& store, Time now);

}  // namespace kith::accounts
