#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/task.hpp"

namespace kith::http {

struct Request;

/// The role of an account; each role has the permissions of all earlier roles.
enum class Role : std::uint8_t { user, moderator, admin };

/// Returns the names of the values in the API and the store.
constexpr std::array<std::string_view, 3> names_of(Role) { return {"user", "moderator", "admin"}; }

/// The scope of credentials: everything for a session, the chosen scope for an app password. Scopes
/// are not ordered; `http/permissions` lists the grants of each.
enum class Scope : std::uint8_t { dav, dav_read, api_read, api, everything };

/// Returns the names of the values in the API and the store.
constexpr std::array<std::string_view, 5> names_of(Scope) {
  return {"dav", "dav:read", "api:read", "api", "everything"};
}

/// The authenticated caller of a request, set by the login gate. Only signed-in callers reach a
/// handler that takes a principal.
struct Principal {
  AccountId account;
  SessionId session = {};  ///< all zeros for an app password
  Role role = Role::user;
  Scope scope = Scope::everything;
};

/// Turns credentials into a principal. `app` injects the implementation of `accounts`, so that
/// `http` depends on neither tokens nor SQL.
class Authenticator {
 public:
  virtual ~Authenticator() = default;

  /// Returns the principal of the credentials in `Authorization` (RFC 9110, section 11.6.2).
  /// Errors: `unauthenticated` for credentials that are missing, wrong, expired or revoked.
  virtual Task<Result<Principal>> authenticate(const Request& request) = 0;

  /// Returns the principal of a signed link (`link_key_of`), with the rights of a user who only
  /// reads. Errors: `unauthenticated` for a key that is wrong, expired or for another path.
  virtual Result<Principal> authenticate_link(const Request& request) = 0;
};

}  // namespace kith::http
