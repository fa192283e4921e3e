#pragma once

#include <cstddef>
#include <string>

namespace kith::crypto {

/// `count` bytes from the system's generator.
std::string random_bytes(std::size_t count);

/// A secret to hand out: 32 random bytes as base64url (43 characters).
std::string random_token();

}  // namespace kith::crypto
