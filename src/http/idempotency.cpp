#include "http/idempotency.hpp"

#include <array>
#include <bit>
#include <cstring>

namespace kith::http {

namespace {

/// A bijective mixing function (Steele, Lea and Flood, "Fast splittable pseudorandom number
/// generators": splitmix64's finalizer).
std::uint64_t mixed(std::uint64_t x) {
  x += 0x9E37'79B9'7F4A'7C15;
  x = (x ^ (x >> 30)) * 0xBF58'476D'1CE4'E5B9;
  x = (x ^ (x >> 27)) * 0x94D0'49BB'1331'11EB;
  return x ^ (x >> 31);
}

}  // namespace

NewIds::NewIds(const KeyedRequest& keyed)
    : now_(keyed.first_at), seed_(0), repeated_(keyed.repeated) {
  std::memcpy(&*seed_, keyed.key_hash.data(), sizeof *seed_);
}

Uuid NewIds::next() {
  if (!seed_) return Uuid::make_v7(now_);
  return Uuid::make_v7(now_, std::bit_cast<std::array<std::uint8_t, 8>>(mixed(*seed_ + count_++)));
}

}  // namespace kith::http
