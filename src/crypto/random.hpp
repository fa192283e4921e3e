#pragma once

#include <cstddef>
#include <string>

namespace kith::crypto {

/// Returns `count` bytes from the system's random number generator.
std::string random_bytes(std::size_t count);

/// Returns a secret token: 32 random bytes as base64url (43 characters).
std::string random_token();

}  // namespace kith::crypto
