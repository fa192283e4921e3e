#pragma once

#include <span>
#include <string>
#include <string_view>

namespace kith::crypto {

/// Returns whether an attacker who knows `known` (the name, the address) would guess the password
/// within a million attempts: zxcvbn scores it below 2. Takes up to a few milliseconds.
bool is_guessable(std::string_view password, std::span<const std::string> known);

}  // namespace kith::crypto
