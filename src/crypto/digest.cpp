#include "crypto/digest.hpp"

namespace kith::crypto {

namespace {

const unsigned char* octets(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* octets(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

}  // namespace

std::string sha256(std::string_view text) {
  std::string out(crypto_hash_sha256_BYTES, '\0');
  crypto_hash_sha256(octets(out), octets(text), text.size());
  return out;
}

bool equal_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

HmacSha256::HmacSha256(std::string_view key) {
  crypto_auth_hmacsha256_init(&keyed_, octets(key), key.size());
}

std::string HmacSha256::operator()(std::string_view message) const {
  crypto_auth_hmacsha256_state state = keyed_;
  std::string tag(crypto_auth_hmacsha256_BYTES, '\0');
  crypto_auth_hmacsha256_update(&state, octets(message), message.size());
  crypto_auth_hmacsha256_final(&state, octets(tag));
  return tag;
}

}  // namespace kith::crypto
