#pragma once

#include <atomic>
#include <chrono>
#include <string>
#include <vector>

#include "accounts/accounts.hpp"
#include "accounts/rules.hpp"
#include "base/fields.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "cache/principals.hpp"
#include "crypto/jwt.hpp"
#include "http/principal.hpp"
#include "store/store.hpp"

namespace kith::accounts {

/// Incremented whenever this process revokes a right (sign-out, revocation, role, password), so
/// that every event loop reads the database instead of its cache. Shared by all loops.
using PrincipalEpoch = std::atomic<std::uint64_t>;

/// The lifetimes of tokens.
struct TokenLifetimes {
  std::chrono::minutes access{15};
  std::chrono::hours refresh{7 * 24};
};

/// The tokens returned by a sign-in (RFC 6749, section 5.1).
struct TokenPair {
  std::string access_token;
  std::optional<std::string> refresh_token;  ///< absent if sent as a cookie
  std::string token_type = "Bearer";
  int expires_in = 0;  ///< seconds

  static std::string schema_name() { return "TokenPair"; }
  static constexpr auto fields() {
    return kith::fields(
        field("access_token", &TokenPair::access_token,
              {.doc = "Send as `Authorization: Bearer`.", .secret = true}),
        field("refresh_token", &TokenPair::refresh_token,
              {.doc = "Valid for one new pair; using it twice ends the session. Null if it was "
                      "sent as a cookie.",
               .secret = true}),
        field("token_type", &TokenPair::token_type, {.example = "Bearer"}),
        field("expires_in", &TokenPair::expires_in, {.doc = "Seconds.", .example = "900"}));
  }
};

/// The client of a session.
struct Device {
  std::string address;  ///< network address
  std::string agent;    ///< `User-Agent`, truncated
};

/// The input of a sign-in.
struct Login {
  Email email;
  std::string password;
  Device device;
};

/// The new password, and the current one as proof that the owner requests the change.
struct PasswordChange {
  std::string current_password;
  std::string new_password;

  static std::string schema_name() { return "PasswordChange"; }
  static constexpr auto fields() {
    return kith::fields(
        field("current_password", &PasswordChange::current_password,
              {.chars_max = limits::password_chars_max, .required = true, .verbatim = true}),
        field("new_password", &PasswordChange::new_password, new_password_rules));
  }
};

/// A session as its owner sees it.
struct SessionView {
  SessionId id;
  Time created_at;
  Time last_used_at;
  std::string address;
  std::string agent;
  bool current = false;

  static std::string schema_name() { return "Session"; }
  static constexpr auto fields() {
    return kith::fields(
        field("id", &SessionView::id),
        field("created_at", &SessionView::created_at, {.doc = "UTC."}),
        field("last_used_at", &SessionView::last_used_at,
              {.doc = "UTC; when its tokens were last renewed."}),
        field("address", &SessionView::address, {.doc = "Network address at that time."}),
        field("agent", &SessionView::agent, {.doc = "The client's `User-Agent`."}),
        field("current", &SessionView::current,
              {.doc = "Whether this request uses the session.", .stored = false}));
  }
};

/// The token settings; shared by all loops unless noted.
struct TokenSettings {
  const crypto::TokenSigner& signer;
  const SignUpRules& rules;
  TokenLifetimes lifetimes;
  PrincipalEpoch& epoch;
  cache::SharedPrincipals* shared = nullptr;  ///< per loop; null for a single instance
};

/// Manages sign-ins, sessions and refresh tokens. Errors of all operations: `unavailable` from the
/// store or the password queue.
class Sessions {
 public:
  /// REQUIRES: all arguments outlive this.
  Sessions(store::Store& store, Accounts& accounts, crypto::PasswordHasher& passwords,
           TokenSettings tokens)
      : store_(store), accounts_(accounts), passwords_(passwords), tokens_(tokens) {}

  /// Signs in. Errors: `unauthenticated`, with the same text and response time for an unknown
  /// address and a wrong password; after a correct password `forbidden` (`account-suspended`,
  /// `email-not-verified`).
  Task<Result<TokenPair>> log_in(Login login, Time now);

  /// Exchanges a refresh token for a new pair and spends it. Within `limits::refresh_grace` of the
  /// first use, a parallel call of the client also gets a pair of the same session; a later use
  /// means that the token was stolen and ends the session (RFC 9700, section 4.14.2). The grace
  /// period is measured by the database's clock, so clocks of several instances need not agree. The
  /// cost does not depend on the number of earlier refreshes. Errors: `unauthenticated`.
  Task<Result<TokenPair>> refresh(std::string refresh_token, Device device, Time now);

  /// Returns the account's sessions, the last used first; `current` is the session of the request.
  Task<Result<std::vector<SessionView>>> list(AccountId account, SessionId current, Time now);

  // The following operations act on the account of the actor. REQUIRES: `trace` has an actor.

  /// Ends one of the account's sessions. Errors: `not_found`.
  Task<Result<void>> end(SessionId session, AuditContext trace);

  /// Ends all sessions of the account.
  Task<Result<void>> end_all(AuditContext trace);

  /// Ends the session with all its tokens. Succeeds if it has already ended.
  Task<Result<void>> log_out(SessionId session, AuditContext trace);

  /// Changes the password and ends all sessions except `kept`. Errors: `invalid` for a wrong
  /// current password or a new one that is easy to guess; `conflict` when the password was changed
  /// concurrently.
  Task<Result<void>> change_password(PasswordChange change, SessionId kept, AuditContext trace);

  /// Deletes the account permanently with all its data. Errors: `invalid` for a wrong password;
  /// `conflict` for the last administrator.
  Task<Result<void>> erase_account(std::string password, AuditContext trace);

  /// Returns the time after which an unused session expires.
  std::chrono::seconds lifetime() const { return tokens_.lifetimes.refresh; }

  /// Invalidates cached principals on all loops and instances. Call it after revoking rights of the
  /// account elsewhere.
  void forget_principals(AccountId account) {
    if (tokens_.shared) tokens_.shared->forget(account);
    tokens_.epoch.fetch_add(1, std::memory_order_release);
  }

  /// Verifies the account's password and returns its credentials. Errors: `invalid` for `field` if
  /// the password is wrong.
  Task<Result<Credentials>> prove(AccountId account, std::string_view field, std::string password);

 private:
  /// The session of a token.
  struct TokenOwner {
    AccountId account;
    SessionId session;
  };

  Task<Result<bool>> end_if_stolen(std::string token_hash, TokenOwner owner, AuditContext trace,
                                   std::string agent);
  Task<Result<TokenPair>> begin(Credentials proved, Device device, Time now);
  TokenPair pair(AccountId account, SessionId session, std::string refresh_token, Time now) const;
  Time refresh_expiry(Time now) const;

  store::Store& store_;
  Accounts& accounts_;
  crypto::PasswordHasher& passwords_;
  TokenSettings tokens_;
};

/// Deletes expired sessions and links, and returns the number of sessions. Errors: `unavailable`.
Task<Result<int>> purge_tokens(store::Store& store, Time now);

}  // namespace kith::accounts
