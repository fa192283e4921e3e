#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace kith::contacts {

/// Needles of one query.
inline constexpr std::size_t phone_needles_max = 24;

/// The forms in which a stored phone number is found, as one ASCII text for the column of that name
/// (ADR 26). Each form is a capital letter, digits, perhaps `X` and an extension, and `E`:
/// `I` with the country code, `D` as dialled within that country, `N` as typed without a country
/// code. `+49 (0)30 12-34 x5` becomes `I49301234X5ED0301234X5E`, and `030 1234` becomes
/// `N0301234E`. Empty when there are no digits.
std::string phone_digits(std::string_view phone);

/// The texts to look for among `phone_digits` when `query` reads as a phone number or a part of
/// one: digits of any script, `+`, blanks, brackets, dots, slashes, any hyphens, the scheme of a
/// link such as `tel:` (RFC 3966), and an extension. Else none. A contact matches if any of them is
/// a substring of its `phone_digits`. National, international and trunk forms find each other; two
/// numbers with different country codes never match. They are ASCII digits and capital letters,
/// which `fold` never gives; at most `phone_needles_max`.
std::vector<std::string> phone_needles(std::string_view query);

}  // namespace kith::contacts
