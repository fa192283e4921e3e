#pragma once

#include <chrono>
#include <string_view>
#include <unordered_map>

#include "accounts/sessions.hpp"
#include "http/principal.hpp"

namespace kith::accounts {

/// The login gate's authenticator, one a loop. A principal is cached, so that a request costs no
/// database read; it is asked for again after `limits::principal_recheck_interval`, so that what
/// another process did is noticed, and at once after anything in this process that takes rights
/// away (PrincipalEpoch).
class SessionAuthenticator : public http::Authenticator {
 public:
  /// REQUIRES: all outlive this.
  SessionAuthenticator(store::Store& store, const crypto::TokenSigner& signer,
                       const PrincipalEpoch& epoch)
      : store_(store), signer_(signer), epoch_(epoch) {}

  Task<Result<http::Principal>> authenticate(std::string_view bearer_token) override;

 private:
  using Monotonic = std::chrono::steady_clock;
  struct Known {
    http::Principal principal;
    std::uint64_t epoch;
    Monotonic::time_point checked_at;
  };

  const Known* fresh(SessionId session) const;
  Task<Result<http::Principal>> look_up(AccountId account, SessionId session, Time now);

  store::Store& store_;
  const crypto::TokenSigner& signer_;
  const PrincipalEpoch& epoch_;
  std::unordered_map<SessionId, Known> known_;
};

}  // namespace kith::accounts
