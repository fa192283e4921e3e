#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.hpp"
#include "base/time.hpp"
#include "crypto/digest.hpp"

namespace kith::crypto {

/// What an access token says. Times are whole seconds (RFC 7519, NumericDate).
struct AccessClaims {
  AccountId account;  ///< `sub`
  SessionId session;  ///< `sid`
  Time issued_at;     ///< `iat` and `nbf`
  Time expires_at;    ///< `exp`
};

/// Makes and checks access tokens: JWT (RFC 7519) with HS256, typed `at+jwt` (RFC 9068).
///
/// A token's header must be, byte for byte, the one header that this server writes for a key it
/// has. So there is no algorithm to choose, no key to name and no URL to follow: `alg: none`, key
/// confusion and the `kid`/`jku` tricks of RFC 8725 have nothing to work on.
class TokenSigner {
 public:
  /// `previous_key`, during a rotation, still verifies but no longer signs; empty: none.
  explicit TokenSigner(std::string_view key, std::string_view previous_key = {});

  std::string sign(const AccessClaims& claims) const;

  /// The claims of a token that is ours, whole and in its time; else nothing.
  std::optional<AccessClaims> verify(std::string_view token, Time now) const;

 private:
  struct Key {
    std::string header;  // encoded
    HmacSha256 mac;
  };
  static Key make_key(std::string_view secret);

  std::vector<Key> keys_;  // the first signs
};

}  // namespace kith::crypto
