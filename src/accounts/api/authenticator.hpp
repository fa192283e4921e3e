#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "accounts/sessions.hpp"
#include "base/stats.hpp"
#include "crypto/digest.hpp"
#include "crypto/link_signer.hpp"
#include "http/principal.hpp"

namespace kith::accounts {

/// Counts where principals were looked up. Incremented on one event loop, readable from any thread.
struct PrincipalCounts {
  Count cached;  ///< in the cache of this process
  Count shared;  ///< in the cache shared by the instances
  Count read;    ///< in the database, found or not
};

/// The keys of credentials. REQUIRES: what they refer to outlives the authenticator.
struct CredentialKeys {
  const crypto::TokenSigner& tokens;
  const crypto::LinkSigner& links;
};

/// Authenticates requests for the sign-in gate; one per event loop. Principals are cached, so a
/// request costs no database read. They are read again after `limits::principal_recheck_interval`,
/// which picks up changes by other processes, and at once after any revocation in this process
/// (PrincipalEpoch). A cache shared by the instances is consulted before the database.
class SessionAuthenticator : public http::Authenticator {
 public:
  /// REQUIRES: all arguments outlive this.
  SessionAuthenticator(store::Store& store, const CredentialKeys& keys, const PrincipalEpoch& epoch,
                       cache::SharedPrincipals* shared = nullptr)
      : store_(store), signer_(keys.tokens), links_(keys.links), epoch_(epoch), shared_(shared) {}

  /// Accepts a session's access token or an app password as bearer token, and an app password with
  /// the account's e-mail address as Basic credentials. Errors: `unauthenticated`, `unavailable`.
  Task<Result<http::Principal>> authenticate(const http::Request& request) override;

  /// Accepts the key of a link that has not expired. A key outlives the session in which it was
  /// made, and the account's suspension, by an hour at most.
  Result<http::Principal> authenticate_link(const http::Request& request) override;

  const PrincipalCounts& counts() const { return counts_; }

 private:
  using Monotonic = std::chrono::steady_clock;
  struct Known {
    http::Principal principal;
    std::string account_key;  ///< of the owner of an app password
    std::uint64_t epoch;
    Monotonic::time_point checked_at;
  };

  /// An app password as sent in a request.
  struct AppCredentials {
    std::string hash;
    std::optional<std::string> account_key;  ///< of the address in Basic credentials
    std::string network_address;
  };

  /// Returns the cached entry of `key` if it is still fresh, else null.
  template <class Key>
  const Known* fresh(const std::unordered_map<Key, Known>& cache, const Key& key);
  template <class Key>
  void keep(std::unordered_map<Key, Known>& cache, const Key& key, Known known);

  std::optional<crypto::AccessClaims> claims_of(std::string_view token, Time now);
  static Result<AppCredentials> read_app_credentials(const http::Request& request);
  Task<Result<http::Principal>> authenticate_app(AppCredentials credentials, Time now);
  Task<Result<http::Principal>> look_up(AccountId account, SessionId session, Time now);
  Task<Result<http::Principal>> look_up_shared(AccountId account, SessionId session, Time now);
  Task<Result<Known>> look_up_app(const AppCredentials& credentials, Time now);

  store::Store& store_;
  const crypto::TokenSigner& signer_;
  const crypto::LinkSigner& links_;
  const PrincipalEpoch& epoch_;
  cache::SharedPrincipals* const shared_;  // null if there is only one instance
  const crypto::ShortMac tag_of_;
  // Claims of tokens with a verified signature, by the tag of the whole token.
  std::unordered_map<crypto::ShortMac::Tag, crypto::AccessClaims, crypto::TagHash> checked_;
  std::unordered_map<SessionId, Known> sessions_;
  std::unordered_map<std::string, Known> apps_;  // by the digest of the secret
  PrincipalCounts counts_;
};

}  // namespace kith::accounts
