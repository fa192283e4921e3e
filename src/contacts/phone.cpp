#include "contacts/phone.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace kith::contacts {

namespace {

/// As many as are the same in the national and the international form of nearly every number.
constexpr std::size_t digits_compared = 9;

bool is_phone_punctuation(char c) {
  return std::string_view(" +-()./\\").find(c) != std::string_view::npos;
}

}  // namespace

std::string phone_digits(std::string_view phone) {
  constexpr std::string_view trunk_zero = "(0)";
  const auto at = phone.find(trunk_zero);
  if (at == std::string_view::npos || at == 0) return digits_of(phone);
  return digits_of(phone.substr(0, at)) + digits_of(phone.substr(at + trunk_zero.size()));
}

std::optional<std::string> phone_needle(std::string_view query) {
  const std::string folded = fold(query);
  const bool like_a_phone = std::ranges::all_of(
      folded, [](char c) { return (c >= '0' && c <= '9') || is_phone_punctuation(c); });
  if (!like_a_phone) return std::nullopt;
  std::string digits = phone_digits(folded);
  digits.erase(0, digits.find_first_not_of('0'));
  if (digits.empty()) return std::nullopt;
  if (digits.size() > digits_compared) digits.erase(0, digits.size() - digits_compared);
  return digits;
}

std::vector<std::string> phone_needles(std::string_view query) {
  std::optional<std::string> needle = phone_needle(query);
  if (!needle) return {};
  return {*std::move(needle)};
}

}  // namespace kith::contacts
