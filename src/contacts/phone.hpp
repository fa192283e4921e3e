#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kith::contacts {

/// The digits of a phone number as typed, for search: `+49 (0)30 12-34` -> `49301234`. The zero in
/// brackets is not dialled after a country code, so it is left out.
std::string phone_digits(std::string_view phone);

/// The digits to look for among `phone_digits`, when `query` looks like a piece of a phone number;
/// else nothing. Trunk and exit zeros are left out, and of a number with a country code only the
/// last nine digits count, so that `+49 30 1234567`, `0049 30 1234567` and `030 1234567` find each
/// other.
std::optional<std::string> phone_needle(std::string_view query);

}  // namespace kith::contacts
