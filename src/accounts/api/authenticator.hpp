#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "accounts/sessions.hpp"
#include "base/stats.hpp"
#include "crypto/digest.hpp"
#include "http/principal.hpp"

namespace kith::accounts {

/// Where it was looked up who makes a request; raised on one loop, read on any thread.
struct PrincipalCounts {
  Count cached;  ///< known in this process
  Count shared;  ///< known from what instances tell each other
  Count read;    ///< the database was asked, whatever it said
};

/// The login gate's authenticator, one a loop. A principal is cached, so that a request costs no
/// database read; it is asked for again after `limits::principal_recheck_interval`, so that what
/// another process did is noticed, and at once after anything in this process that takes rights
/// away (PrincipalEpoch). Where instances share what they know, that is looked at before the
/// database is.
class SessionAuthenticator : public http::Authenticator {
 public:
  /// REQUIRES: all outlive this.
  SessionAuthenticator(store::Store& store, const crypto::TokenSigner& signer,
                       const PrincipalEpoch& epoch, cache::SharedPrincipals* shared = nullptr)
      : store_(store), signer_(signer), epoch_(epoch), shared_(shared) {}

  /// Takes a session's access token or an app password as bearer token, and an app password with
  /// the account's address as Basic credentials.
  Task<Result<http::Principal>> authenticate(const http::Request& request) override;

  const PrincipalCounts& counts() const { return counts_; }

 private:
  using Monotonic = std::chrono::steady_clock;
  struct Known {
    http::Principal principal;
    std::string account_key;  ///< of the owner of an app password
    std::uint64_t epoch;
    Monotonic::time_point checked_at;
  };

  /// An app password as a request brings it.
  struct AppCredentials {
    std::string hash;
    std::optional<std::string> account_key;  ///< of the address in Basic credentials
    std::string network_address;
  };

  /// The cached entry of `key`, if it still counts.
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
  const PrincipalEpoch& epoch_;
  cache::SharedPrincipals* const shared_;  // null: this instance is alone
  const crypto::ShortMac tag_of_;
  // Claims of tokens whose signature was checked before, by the tag of the whole token.
  std::unordered_map<crypto::ShortMac::Tag, crypto::AccessClaims, crypto::TagHash> checked_;
  std::unordered_map<SessionId, Known> sessions_;
  std::unordered_map<std::string, Known> apps_;  // by the digest of the secret
  PrincipalCounts counts_;
};

}  // namespace kith::accounts
