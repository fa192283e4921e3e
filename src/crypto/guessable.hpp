#pragma once

#include <span>
#include <string>
#include <string_view>

namespace kith::crypto {

/// Whether a password is among the first million that somebody would try who knows `known` (the
/// name, the address): what zxcvbn scores under 2. Takes some milliseconds at most.
bool is_guessable(std::string_view password, std::span<const std::string> known);

}  // namespace kith::crypto
