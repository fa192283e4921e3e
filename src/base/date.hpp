#pragma once

#include <compare>
#include <expected>
#include <string>
#include <string_view>

namespace kith {

/// A day of the proleptic Gregorian calendar, without a time zone: never an instant.
struct Date {
  static constexpr std::string_view format = "date";  // in JSON Schema

  int year = 1970;
  int month = 1;  ///< 1 to 12
  int day = 1;    ///< 1 to 31

  /// Reads `YYYY-MM-DD`; only days that exist.
  static std::expected<Date, std::string_view> parse(std::string_view text);

  /// Appends `YYYY-MM-DD`.
  void append_to(std::string& out) const;

  /// Days since 1970-01-01; negative before.
  int days_since_epoch() const;
  static Date from_days(int days_since_epoch);

  Date plus_days(int days) const { return from_days(days_since_epoch() + days); }

  auto operator<=>(const Date&) const = default;
};

/// Gregorian leap years.
constexpr bool is_leap_year(int year) {
  return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/// How many days `month` (1 to 12) has in `year`.
int days_in_month(int year, int month);

}  // namespace kith
