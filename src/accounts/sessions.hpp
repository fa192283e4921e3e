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
  std::optional<std::string> refresh_token;  ///< nothing: it is in a cookie
  std::string token_type = "Bearer";
  int expires_in = 0;  ///< seconds

  static std::string schema_name() { return "TokenPair"; }
  static constexpr auto fields() {
    return kith::fields(
        field("access_token", &TokenPair::access_token,
              {.doc = "Send as `Authorization: Bearer`.", .secret = true}),
        field("refresh_token", &TokenPair::refresh_token,
              {.doc = "Good for one new pair; using it twice ends the session. Null: the browser "
                      "keeps it in a cookie.",
               .secret = true}),
        field("token_type", &TokenPair::token_type, {.example = "Bearer"}),
        field("expires_in", &TokenPair::expires_in, {.doc = "Seconds.", .example = "900"}));
  }
};

/// Where a session is used from.
struct Device {
  std::string address;  ///< of the network
  std::string agent;    ///< `User-Agent`, cut
};

/// What somebody signs in with.
struct Login {
  Email email;
  std::string password;
  Device device;
};

/// Another password, and the proof that it is the owner who wants it.
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
        field("address", &SessionView::address, {.doc = "Of the network, at that time."}),
        field("agent", &SessionView::agent, {.doc = "What the program called itself."}),
        field("current", &SessionView::current,
              {.doc = "Whether it is the one that asks.", .stored = false}));
  }
};

/// What sessions are made with; shared by all loops.
struct TokenSettings {
  const crypto::TokenSigner& signer;
  const SignUpRules& rules;
  TokenLifetimes lifetimes;
  PrincipalEpoch& epoch;
  cache::SharedPrincipals* shared = nullptr;  ///< of the loop; null: this instance is alone
};

/// Logins and what follows from them. Errors of all: `unavailable` from the store or the password
/// queue.
class Sessions {
 public:
  /// REQUIRES: all outlive this.
  Sessions(store::Store& store, Accounts& accounts, crypto::PasswordHasher& passwords,
           TokenSettings tokens)
      : store_(store), accounts_(accounts), passwords_(passwords), tokens_(tokens) {}

  /// Errors: `unauthenticated`, alike in text and time for an unknown address and a wrong password;
  /// after a right one `forbidden` (`account-suspended`, `email-not-verified`).
  Task<Result<TokenPair>> log_in(Login login, Time now);

  /// Exchanges a refresh token, which is spent by it, for a new pair. Within
  /// `limits::refresh_grace` of its first use a client's parallel call gets a pair of the same
  /// session too; later, the token must have been copied, and its session ends (RFC 9700,
  /// section 4.14.2). The grace is measured by the database's clock, so the clocks of several
  /// instances may differ by any amount. The cost does not depend on how often the session was
  /// refreshed. Errors: `unauthenticated`.
  Task<Result<TokenPair>> refresh(std::string refresh_token, Device device, Time now);

  /// The account's sessions, the last used first; `current` is the one that asks.
  Task<Result<std::vector<SessionView>>> list(AccountId account, SessionId current, Time now);

  // What follows is done by the account itself. REQUIRES: the trace has an actor.

  /// Ends one of the account's sessions. Errors: `not_found`.
  Task<Result<void>> end(SessionId session, AuditContext trace);

  /// Ends all sessions of the account.
  Task<Result<void>> end_all(AuditContext trace);

  /// Ends the session with all its tokens.
  Task<Result<void>> log_out(SessionId session, AuditContext trace);

  /// Gives the account another password and ends its sessions but for `kept`. Errors: `invalid` for
  /// a wrong current password or a new one that is easy to guess; `conflict` when it was changed at
  /// the same moment.
  Task<Result<void>> change_password(PasswordChange change, SessionId kept, AuditContext trace);

  /// Erases the account with all that is its own. Errors: `invalid` for a wrong password;
  /// `conflict` for the last administrator.
  Task<Result<void>> erase_account(std::string password, AuditContext trace);

  /// How long a session lives without use.
  std::chrono::seconds lifetime() const { return tokens_.lifetimes.refresh; }

  /// To be called when anything else has taken rights of the account away: every loop, here and on
  /// other instances, asks the database again.
  void forget_principals(AccountId account) {
    if (tokens_.shared) tokens_.shared->forget(account);
    tokens_.epoch.fetch_add(1, std::memory_order_release);
  }

  /// The credentials of the account whose password it is. Errors: `invalid`, naming `field`.
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

/// Takes away sessions and links that have expired; how many sessions. Errors: `unavailable`.
Task<Result<int>> purge_tokens(store::Store& store, Time now);

}  // namespace kith::accounts
