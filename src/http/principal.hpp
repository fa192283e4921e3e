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

/// What an account may do; a later role may do all that an earlier one may.
enum class Role : std::uint8_t { user, moderator, admin };

/// Their names in the API and the store.
constexpr std::array<std::string_view, 3> names_of(Role) { return {"user", "moderator", "admin"}; }

/// What credentials are good for: a session for everything, an app password for what it was made
/// for. Scopes are no ladder; `http/permissions` lists what each of them grants.
enum class Scope : std::uint8_t { dav, dav_read, api_read, api, everything };

/// Their names in the API and the store.
constexpr std::array<std::string_view, 5> names_of(Scope) {
  return {"dav", "dav:read", "api:read", "api", "everything"};
}

/// Who makes a request, as the login gate found out. A handler that takes one can only be reached
/// by somebody who is signed in.
struct Principal {
  AccountId account;
  SessionId session = {};  ///< all zeros: an app password
  Role role = Role::user;
  Scope scope = Scope::everything;
};

/// Turns credentials into a principal; `app` injects the one of `accounts`, so that `http` knows
/// neither tokens nor SQL.
class Authenticator {
 public:
  virtual ~Authenticator() = default;

  /// The principal of the credentials that `request` sends in `Authorization` (RFC 9110, section
  /// 11.6.2). Errors: `unauthenticated` for credentials that are missing, wrong, expired or
  /// revoked.
  virtual Task<Result<Principal>> authenticate(const Request& request) = 0;
};

}  // namespace kith::http
