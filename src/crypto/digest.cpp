#include "crypto/digest.hpp"

#include <new>
#include <stdexcept>

#include <openssl/evp.h>
#include <sodium.h>

namespace kith::crypto {

namespace {

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

}  // namespace

std::string sha256(std::string_view text) {
  std::string out(crypto_hash_sha256_BYTES, '\0');
  crypto_hash_sha256(bytes(out), bytes(text), text.size());
  return out;
}

std::string sha1(std::string_view text) {
  constexpr std::size_t sha1_bytes = 20;
  std::string out(sha1_bytes, '\0');
  unsigned int size = 0;
  const int done = EVP_Digest(text.data(), text.size(), bytes(out), &size, EVP_sha1(), nullptr);
  if (done != 1 || size != sha1_bytes) throw std::runtime_error("OpenSSL failed to hash");
  return out;
}

std::string to_hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out.push_back(digits[byte >> 4]);
    out.push_back(digits[byte & 0x0F]);
  }
  return out;
}

bool equal_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

namespace {

constexpr std::size_t block_bytes = 64;
constexpr std::size_t digest_bytes = 32;

void check(int done) {
  if (done != 1) throw std::runtime_error("OpenSSL failed to hash");
}

/// Returns a hash state that has hashed the key, XORed with `pad` byte by byte.
EVP_MD_CTX* keyed(std::string key, char pad) {
  key.resize(block_bytes);
  for (char& c : key) c = static_cast<char>(c ^ pad);
  EVP_MD_CTX* state = EVP_MD_CTX_new();
  check(state ? EVP_DigestInit_ex(state, EVP_sha256(), nullptr) : 0);
  check(EVP_DigestUpdate(state, key.data(), key.size()));
  sodium_memzero(key.data(), key.size());
  return state;
}

/// Continues a copy of `begun` with `message` and writes the digest to `out`.
void finish(const EVP_MD_CTX* begun, std::string_view message, unsigned char* out) {
  thread_local const std::unique_ptr<EVP_MD_CTX, FreeDigest> state(EVP_MD_CTX_new());
  check(EVP_MD_CTX_copy_ex(state.get(), begun));
  check(EVP_DigestUpdate(state.get(), message.data(), message.size()));
  check(EVP_DigestFinal_ex(state.get(), out, nullptr));
}

}  // namespace

void FreeDigest::operator()(EVP_MD_CTX* state) const { EVP_MD_CTX_free(state); }

Sha256::Sha256() : state_(EVP_MD_CTX_new()) {
  if (!state_) throw std::bad_alloc();
  check(EVP_DigestInit_ex(state_.get(), EVP_sha256(), nullptr));
}

void Sha256::add(std::string_view bytes) {
  check(EVP_DigestUpdate(state_.get(), bytes.data(), bytes.size()));
}

std::string Sha256::finish() {
  std::string out(digest_bytes, '\0');
  check(EVP_DigestFinal_ex(state_.get(), bytes(out), nullptr));
  return out;
}

HmacSha256::HmacSha256(std::string_view key) {
  const std::string short_key = key.size() > block_bytes ? sha256(key) : std::string(key);
  inner_.reset(keyed(short_key, 0x36));
  outer_.reset(keyed(short_key, 0x5c));
}

std::string HmacSha256::operator()(std::string_view message) const {
  std::string tag(digest_bytes, '\0');
  finish(inner_.get(), message, bytes(tag));
  finish(outer_.get(), tag, bytes(tag));
  return tag;
}

static_assert(crypto_shorthash_siphashx24_BYTES == ShortMac::Tag().size());
static_assert(crypto_shorthash_siphashx24_KEYBYTES == ShortMac::Tag().size());

ShortMac::ShortMac() { randombytes_buf(key_.data(), key_.size()); }

ShortMac::Tag ShortMac::operator()(std::string_view text) const {
  Tag tag;
  crypto_shorthash_siphashx24(tag.data(), reinterpret_cast<const unsigned char*>(text.data()),
                              text.size(), key_.data());
  return tag;
}

}  // namespace kith::crypto
