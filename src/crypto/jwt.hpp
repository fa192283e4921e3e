#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.hpp"
#include "base/time.hpp"
#include "crypto/digest.hpp"

namespace kith::crypto {

/// The claims of an access token. Times are whole seconds (RFC 7519, NumericDate).
struct AccessClaims {
  AccountId account;  ///< `sub`
  SessionId session;  ///< `sid`
  Time issued_at;     ///< `iat` and `nbf`
  Time expires_at;    ///< `exp`
};

/// Signs and verifies access tokens: JWT (RFC 7519) with HS256, typed `at+jwt` (RFC 9068).
///
/// A token's header must equal, byte for byte, the header that this server writes for a known key.
/// The token cannot choose an algorithm, name a key or give a URL, which rules out `alg: none`, key
/// confusion, and the `kid`/`jku` attacks of RFC 8725.
class TokenSigner {
 public:
  /// `previous_key` verifies tokens during a key rotation, but does not sign; empty if there is
  /// none.
  explicit TokenSigner(std::string_view key, std::string_view previous_key = {});

  std::string sign(const AccessClaims& claims) const;

  /// Returns the claims of a valid, unexpired token of this server, or nothing.
  std::optional<AccessClaims> verify(std::string_view token, Time now) const;

 private:
  struct Key {
    std::string header;  // encoded
    HmacSha256 mac;
  };
  static Key make_key(std::string_view secret);

  std::vector<Key> keys_;  // the first one signs
};

}  // namespace kith::crypto
