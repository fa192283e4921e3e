#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include <openssl/types.h>

namespace kith::crypto {

/// SHA-256 (FIPS 180-4) of `text`: 32 bytes. How tokens are kept in the store.
std::string sha256(std::string_view text);

/// SHA-1 (FIPS 180-4) of `text`: 20 bytes. For what others ask for; nothing of ours rests on it.
std::string sha1(std::string_view text);

/// `bytes` in lower-case hexadecimal.
std::string to_hex(std::string_view bytes);

/// Whether two secrets are equal, in a time that does not tell where they differ. The one place
/// where secrets are compared.
bool equal_constant_time(std::string_view a, std::string_view b);

/// A keyed tag of 128 bits (SipHash-2-4) under a random key of its own: tells texts apart that this
/// process has seen, in a tenth of the time of an HMAC. Nobody without the key can find a text for
/// a tag, and a table of tags may be looked up without telling by its time what is in it.
class ShortMac {
 public:
  using Tag = std::array<std::uint8_t, 16>;
  ShortMac();
  Tag operator()(std::string_view text) const;

 private:
  std::array<std::uint8_t, 16> key_{};
};

/// Tags are random already.
struct TagHash {
  std::size_t operator()(const ShortMac::Tag& tag) const {
    std::size_t hash = 0;
    std::memcpy(&hash, tag.data(), sizeof hash);
    return hash;
  }
};

/// Frees a hash state of OpenSSL.
struct FreeDigest {
  void operator()(EVP_MD_CTX* state) const;
};

/// SHA-256 of what comes piece by piece.
class Sha256 {
 public:
  Sha256();
  void add(std::string_view bytes);

  /// The 32 bytes of the sum. Nothing can be added any more.
  std::string finish();

 private:
  std::unique_ptr<EVP_MD_CTX, FreeDigest> state_;
};

/// HMAC-SHA-256 (RFC 2104) under one key. The key pads are hashed once, when it is made; a call
/// copies their state. Safe to use from several threads at once. OpenSSL hashes with the
/// processor's own instructions: a token's tag takes 0.3 us where libsodium takes 1.2.
class HmacSha256 {
 public:
  explicit HmacSha256(std::string_view key);

  /// The 32 bytes of the tag.
  std::string operator()(std::string_view message) const;

 private:
  std::unique_ptr<EVP_MD_CTX, FreeDigest> inner_;
  std::unique_ptr<EVP_MD_CTX, FreeDigest> outer_;
};

}  // namespace kith::crypto
