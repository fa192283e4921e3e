#pragma once

#include <string>
#include <string_view>

#include <sodium.h>

namespace kith::crypto {

/// SHA-256 (FIPS 180-4) of `text`: 32 octets. How tokens are kept in the store.
std::string sha256(std::string_view text);

/// Whether two secrets are equal, in a time that does not tell where they differ. The one place
/// where secrets are compared.
bool equal_constant_time(std::string_view a, std::string_view b);

/// HMAC-SHA-256 (RFC 2104) under one key. The key pads are hashed once, when it is made; a call
/// copies their state. Safe to use from several threads at once.
class HmacSha256 {
 public:
  explicit HmacSha256(std::string_view key);

  /// The 32 octets of the tag.
  std::string operator()(std::string_view message) const;

 private:
  crypto_auth_hmacsha256_state keyed_;
};

}  // namespace kith::crypto
