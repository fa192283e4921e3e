#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/task.hpp"

namespace kith::http {

/// What an account may do; a later role may do all that an earlier one may.
enum class Role : std::uint8_t { user, moderator, admin };

/// Their names in the API and the store.
constexpr std::array<std::string_view, 3> names_of(Role) { return {"user", "moderator", "admin"}; }

/// Who makes a request, as the login gate found out. A handler that takes one can only be reached
/// by somebody who is signed in.
struct Principal {
  AccountId account;
  SessionId session;
  Role role = Role::user;
};

/// Turns credentials into a principal; `app` injects the one of `accounts`, so that `http` knows
/// neither tokens nor SQL.
class Authenticator {
 public:
  virtual ~Authenticator() = default;

  /// The principal of a bearer token (RFC 6750). Errors: `unauthenticated` for a token that is
  /// wrong, expired or revoked.
  virtual Task<Result<Principal>> authenticate(std::string_view bearer_token) = 0;
};

}  // namespace kith::http
