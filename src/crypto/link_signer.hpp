#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.hpp"
#include "base/time.hpp"
#include "crypto/digest.hpp"

namespace kith::crypto {

/// What the key of a signed link grants: until `expires_at`, its holder reads what `account` may
/// read at one path. Expiries are whole seconds.
struct LinkClaims {
  AccountId account;
  Time expires_at;
  std::string content = {};  ///< identifies the content; at most `link_content_bytes_max` bytes

  bool operator==(const LinkClaims&) const = default;
};

/// The maximum size of `LinkClaims::content`.
inline constexpr std::size_t link_content_bytes_max = 32;

/// Signs links for browsers, which send no credentials with pictures. A key is valid for one path
/// alone: a MAC (HMAC-SHA-256, cut to 128 bits) covers the path and the claims. Thread-safe.
class LinkSigner {
 public:
  /// `previous_key` verifies links during a key rotation, but does not sign; empty if there is
  /// none.
  explicit LinkSigner(std::string_view key, std::string_view previous_key = {});

  /// Returns the key of a link to `path`, in base64url.
  std::string sign(std::string_view path, const LinkClaims& claims) const;

  /// Returns the claims of a valid, unexpired key of this server for `path`, or nothing. Compares
  /// in constant time.
  std::optional<LinkClaims> verify(std::string_view path, std::string_view key, Time now) const;

 private:
  std::vector<HmacSha256> macs_;  ///< the first one signs
};

}  // namespace kith::crypto
