#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <optional>
#include <string_view>

#include "base/region.hpp"

namespace kith::contacts {

/// The maximum number of digits of a country calling code (ITU-T E.164, section 6.2.1).
inline constexpr std::size_t country_code_digits_max = 3;

/// The dialling rules of one country calling code (ADR 26).
struct DialPlan {
  int country_code;
  /// The digits of the subscriber's number without country code and trunk prefix.
  std::size_t national_digits_min;
  std::size_t national_digits_max;
  /// Prefixes dialled before the national number within the country; may be empty. The first is in
  /// use today, the others still occur in address books. Italy's leading zero is not a trunk
  /// prefix: it is also dialled after the country code.
  std::array<std::string_view, 3> trunk_prefixes = {};
};

/// Returns all plans, in the order of their codes. No code is a prefix of another.
std::span<const DialPlan> dial_plans();

/// Returns the plan whose code `digits` begins with; null when there is none.
const DialPlan* find_dial_plan(std::string_view digits);

/// Returns the calling code of a region; 0 if there is no region. Several regions may share one.
int calling_code_of(const std::optional<Region>& region);

}  // namespace kith::contacts
