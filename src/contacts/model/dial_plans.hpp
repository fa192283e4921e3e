#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace kith::contacts {

/// Digits of the longest country calling code (ITU-T E.164, section 6.2.1).
inline constexpr std::size_t country_code_digits_max = 3;

/// How the numbers of one country calling code are dialled (ADR 26).
struct DialPlan {
  int country_code;
  /// Digits of the subscriber's number without country code and trunk prefix.
  std::size_t national_digits_min;
  std::size_t national_digits_max;
  /// Prefixes that are dialled before the national number within the country; empty where there
  /// are none. The first is in use today, the others are still found in address books. Italy's
  /// leading zero is no trunk prefix: it is dialled after the country code too.
  std::array<std::string_view, 3> trunk_prefixes = {};
};

/// All plans, in the order of their codes. No code is the beginning of another.
std::span<const DialPlan> dial_plans();

/// The plan whose code `digits` begins with; null when there is none.
const DialPlan* find_dial_plan(std::string_view digits);

}  // namespace kith::contacts
