#pragma once

#include <compare>
#include <expected>
#include <string>
#include <string_view>

namespace kith {

/// A day of the proleptic Gregorian calendar without a time zone.
struct Date {
  static constexpr std::string_view format = "date";  // in JSON Schema

  int year = 1970;
  int month = 1;  ///< 1 to 12
  int day = 1;    ///< 1 to 31

  /// Parses `YYYY-MM-DD`. Accepts only existing days.
  static std::expected<Date, std::string_view> parse(std::string_view text);

  /// Appends `YYYY-MM-DD`.
  void append_to(std::string& out) const;

  /// Returns the days since 1970-01-01, negative for earlier dates.
  int days_since_epoch() const;
  static Date from_days(int days_since_epoch);

  Date plus_days(int days) const { return from_days(days_since_epoch() + days); }

  auto operator<=>(const Date&) const = default;
};

/// Returns whether `year` is a Gregorian leap year.
constexpr bool is_leap_year(int year) {
  return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/// Returns the number of days in `month` (1 to 12) of `year`.
int days_in_month(int year, int month);

}  // namespace kith
