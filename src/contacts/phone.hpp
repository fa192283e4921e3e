#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kith::contacts {

/// The digits of a phone number as typed, for search: `+49 (0)30 12-34` -> `49301234`. The zero in
/// brackets is not dialled after a country code, so it is left out.
std::string phone_digits(std::string_view phone);

/// The digits to look for among `phone_digits`, when `query` looks like a piece of a phone number;
/// else nothing. Trunk and exit zeros are left out, and of a number with a country code only the
/// last nine digits count, so that `+49 30 1234567`, `0049 30 1234567` and `030 1234567` find each
/// other.
std::optional<std::string> phone_needle(std::string_view query);

/// The texts to look for among `phone_digits` when `query` reads as a phone number or a part of
/// one, else none. A contact matches if any of them is a substring of its `phone_digits`. They are
/// ASCII without control characters, and may hold capital letters, which `fold` never gives.
std::vector<std::string> phone_needles(std::string_view query);

}  // namespace kith::contacts
