#include "accounts/authenticator.hpp"

#include "base/limits.hpp"
#include "store/rows.hpp"

namespace kith::accounts {

using http::Principal;
using store::Query;

namespace {

std::unexpected<Error> not_valid() {
  return refuse(Errc::unauthenticated, "The access token is not valid any more; sign in again.");
}

const Query select_principal{"sessions.principal",
                             "select a.role from sessions s join accounts a on a.id = s.account_id "
                             "where s.account_id = $1 and s.id = $2 and s.expires_at > $3"};

}  // namespace

Task<Result<Principal>> SessionAuthenticator::authenticate(std::string_view bearer_token) {
  const Time now = Clock().now();
  const auto claims = signer_.verify(bearer_token, now);
  if (!claims) co_return not_valid();
  if (const Known* known = fresh(claims->session)) co_return known->principal;
  co_return co_await look_up(claims->account, claims->session, now);
}

const SessionAuthenticator::Known* SessionAuthenticator::fresh(SessionId session) const {
  const auto found = known_.find(session);
  if (found == known_.end()) return nullptr;
  const Known& known = found->second;
  const auto age = Monotonic::now() - known.checked_at;
  const bool current = known.epoch == epoch_.load(std::memory_order_acquire);
  return current && age < limits::principal_recheck_interval ? &known : nullptr;
}

Task<Result<Principal>> SessionAuthenticator::look_up(AccountId account, SessionId session,
                                                      Time now) {
  // Read before the database is: what changes in between makes the entry old, not the answer.
  const std::uint64_t epoch = epoch_.load(std::memory_order_acquire);
  const auto rows = co_await store_.read(select_principal, store::values(account, session, now));
  if (!rows) co_return std::unexpected(rows.error());
  if (rows->empty()) {
    known_.erase(session);
    co_return not_valid();
  }
  const Principal principal{account, session, store::read_column<http::Role>(*rows, "role")};
  if (known_.size() >= limits::cached_principals_max) known_.erase(known_.begin());
  known_.insert_or_assign(session, Known{principal, epoch, Monotonic::now()});
  co_return principal;
}

}  // namespace kith::accounts
