#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "base/date.hpp"

namespace kith::contacts {

/// A date of birth; the year is optional.
struct Birthday {
  /// The pattern in the JSON Schema.
  static constexpr std::string_view pattern = "^([0-9]{4}|-)-[0-9]{2}-[0-9]{2}$";

  std::optional<int> year;
  int month = 1;
  int day = 1;

  /// Reads `YYYY-MM-DD`, or `--MM-DD` without a year (as in vCard, RFC 6350, section 4.3.1). Fails
  /// for dates that do not exist and years before `limits::birth_year_min`; 29 February needs a
  /// leap year or no year.
  static std::expected<Birthday, std::string_view> parse(std::string_view text);

  /// Appends the form that `parse` reads.
  void append_to(std::string& out) const;

  /// Returns month * 100 + day, which sorts by the day of the year.
  int key() const { return month * 100 + day; }

  auto operator<=>(const Birthday&) const = default;
};

/// The date of a 29 February birthday in non-leap years.
enum class LeapDay : std::uint8_t { feb28, mar1 };

/// The names of `LeapDay` in the API.
constexpr std::array<std::string_view, 2> names_of(LeapDay) { return {"feb28", "mar1"}; }

/// Returns the date of the next birthday, on or after `today`.
Date next_occurrence(const Birthday& birthday, Date today, LeapDay leap_day);

/// An inclusive range of birthday keys; empty when first > last.
struct KeyRange {
  int first = 1;
  int last = 0;

  bool operator==(const KeyRange&) const = default;
};

/// Returns the keys of the birthdays from `today` to `days` later (both inclusive), in the order of
/// their next dates. The second range is empty unless the window passes New Year.
std::array<KeyRange, 2> key_ranges(Date today, int days, LeapDay leap_day);

}  // namespace kith::contacts
