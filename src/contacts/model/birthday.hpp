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

/// A day of the year on which somebody was born, and the year if it is known.
struct Birthday {
  /// In JSON Schema.
  static constexpr std::string_view pattern = "^([0-9]{4}|-)-[0-9]{2}-[0-9]{2}$";

  std::optional<int> year;
  int month = 1;
  int day = 1;

  /// Reads `YYYY-MM-DD`, or `--MM-DD` without a year (as vCard, RFC 6350 section 4.3.1, has it);
  /// only days that exist. 29 February needs a leap year or no year.
  static std::expected<Birthday, std::string_view> parse(std::string_view text);

  /// Appends the form that `parse` reads.
  void append_to(std::string& out) const;

  /// month * 100 + day: sorts as the days of a year do.
  int key() const { return month * 100 + day; }

  auto operator<=>(const Birthday&) const = default;
};

/// When those born on 29 February have their birthday in a year that has none.
enum class LeapDay : std::uint8_t { feb28, mar1 };

/// How clients write a LeapDay.
constexpr std::array<std::string_view, 2> names_of(LeapDay) { return {"feb28", "mar1"}; }

/// The first day from `today` on, itself included, on which the birthday is.
Date next_occurrence(const Birthday& birthday, Date today, LeapDay leap_day);

/// Birthday keys from `first` to `last`, both included; none when first > last.
struct KeyRange {
  int first = 1;
  int last = 0;

  bool operator==(const KeyRange&) const = default;
};

/// The keys of the birthdays from `today` to `days` later (both included), in the order of their
/// next dates: a second range only when the window passes New Year.
std::array<KeyRange, 2> key_ranges(Date today, int days, LeapDay leap_day);

}  // namespace kith::contacts
