#include "crypto/random.hpp"

#include <sodium.h>

#include "crypto/base64url.hpp"

namespace kith::crypto {

namespace {

/// libsodium picks its code for this processor here; before any of it is used, so before main().
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
