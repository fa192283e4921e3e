#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace kith::contacts {

/// The maximum number of needles of one query.
inline constexpr std::size_t phone_needles_max = 24;

/// Returns the searchable forms of a phone number as one ASCII text for the column `phone_digits`
/// (ADR 26). Each form is a capital letter, digits, optionally `X` and an extension, and `E`: `I`
/// with the country code, `D` as dialled within that country, `N` as typed without a country code.
/// `+49 (0)30 12-34 x5` becomes `I49301234X5ED0301234X5E`, and `030 1234` becomes `N0301234E`.
/// Empty when there are no digits.
std::string phone_digits(std::string_view phone);

/// Returns the texts to search for in `phone_digits` when `query` reads as a phone number or a part
/// of one: digits of any script, `+`, blanks, brackets, dots, slashes, any hyphens, the scheme of a
/// link like `tel:` (RFC 3966), and an extension. Otherwise empty. A contact matches if any of them
/// is a substring of its `phone_digits`. National, international and trunk forms match each other;
/// two numbers with different country codes never match. `country_code` is the calling code of the
/// searcher's own country (0: unknown): a query that begins with it or with a trunk prefix of it
/// then also finds numbers that were written without. The texts consist of ASCII digits and capital
/// letters, which `fold` never produces; at most `phone_needles_max`.
std::vector<std::string> phone_needles(std::string_view query, int country_code = 0);

/// The number of digits by which numbers of unknown countries are compared.
inline constexpr std::size_t phone_key_digits = 9;

/// Returns the keys by which equal numbers are found, one for each number in `phone`: the number in
/// the form of E.164 (`+49301234`) if its country is known, else its last `phone_key_digits`
/// digits. Extensions are left out. `country_code` is the calling code that national numbers have;
/// 0: unknown.
std::vector<std::string> phone_keys(std::string_view phone, int country_code = 0);

}  // namespace kith::contacts
