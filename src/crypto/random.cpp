#include "crypto/random.hpp"

#include <sodium.h>

#include "crypto/base64url.hpp"

namespace kith::crypto {

namespace {

/// Initializes libsodium, which selects code for this processor. Runs before main(), so before any
/// use.
[[maybe_unused]] const int prepared = sodium_init();

}  // namespace

std::string random_bytes(std::size_t count) {
  std::string out(count, '\0');
  randombytes_buf(out.data(), out.size());
  return out;
}

std::string random_token() {
  std::string out;
  append_base64url(out, random_bytes(32));
  return out;
}

}  // namespace kith::crypto
