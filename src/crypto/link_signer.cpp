#include "crypto/link_signer.hpp"

#include <algorithm>
#include <cstdint>

#include "crypto/base64url.hpp"

namespace kith::crypto {

namespace {

constexpr std::size_t mac_bytes = 16;
constexpr std::size_t account_bytes = 16;
constexpr std::size_t seconds_bytes = 8;
constexpr std::size_t claims_bytes_min = account_bytes + seconds_bytes;
/// Longer texts are not decoded.
constexpr std::size_t key_chars_max = 2 * (mac_bytes + claims_bytes_min + link_content_bytes_max);

/// Account, expiry (the most significant byte first) and content.
std::string bytes_of(const LinkClaims& claims) {
  std::string out(claims.account.uuid.bytes());
  const auto seconds = static_cast<std::uint64_t>(claims.expires_at.micros / micros_per_second);
  for (std::size_t i = seconds_bytes; i-- > 0;) out += static_cast<char>(seconds >> 8 * i);
  return out + claims.content;
}

/// REQUIRES: at least `claims_bytes_min` bytes.
LinkClaims read_link_claims(std::string_view bytes) {
  LinkClaims claims;
  std::copy_n(bytes.begin(), account_bytes, claims.account.uuid.data.begin());
  std::uint64_t seconds = 0;
  for (const char c : bytes.substr(account_bytes, seconds_bytes)) {
    seconds = seconds << 8 | static_cast<unsigned char>(c);
  }
  claims.expires_at.micros = static_cast<std::int64_t>(seconds) * micros_per_second;
  claims.content = bytes.substr(claims_bytes_min);
  return claims;
}

/// The size of the claims tells where the path begins.
std::string mac_of(const HmacSha256& mac, std::string_view claims, std::string_view path) {
  std::string message(1, static_cast<char>(claims.size()));
  message.append(claims).append(path);
  return mac(message).substr(0, mac_bytes);
}

}  // namespace

LinkSigner::LinkSigner(std::string_view key, std::string_view previous_key) {
  macs_.emplace_back(key);
  if (!previous_key.empty()) macs_.emplace_back(previous_key);
}

std::string LinkSigner::sign(std::string_view path, const LinkClaims& claims) const {
  const std::string bytes = bytes_of(claims);
  std::string key;
  append_base64url(key, mac_of(macs_.front(), bytes, path) + bytes);
  return key;
}

std::optional<LinkClaims> LinkSigner::verify(std::string_view path, std::string_view key,
                                             Time now) const {
  if (key.size() > key_chars_max) return std::nullopt;
  const auto decoded = decode_base64url(key);
  if (!decoded || decoded->size() < mac_bytes + claims_bytes_min) return std::nullopt;
  const std::string_view mac = std::string_view(*decoded).substr(0, mac_bytes);
  const std::string_view claims = std::string_view(*decoded).substr(mac_bytes);
  const bool is_signed = std::ranges::any_of(macs_, [&](const HmacSha256& each) {
    return equal_constant_time(mac_of(each, claims, path), mac);
  });
  if (!is_signed) return std::nullopt;
  LinkClaims read = read_link_claims(claims);
  if (read.expires_at <= now) return std::nullopt;
  return read;
}

}  // namespace kith::crypto
