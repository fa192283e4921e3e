#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace kith {

/// The day of a year and the time at which summer time begins or ends.
struct PosixDate {
  /// The form of the day: `J60` does not count 29 February, `59` counts from 0, `M3.5.0` is the
  /// last Sunday of March.
  enum class Form : std::uint8_t { day_without_leap, day_of_year, weekday_of_month };

  Form form = Form::weekday_of_month;
  int day = 0;             ///< of the year; of the week with 0 for Sunday
  int week = 0;            ///< 1 to 5; 5 is the last
  int month = 0;           ///< 1 to 12
  int seconds = 2 * 3600;  ///< after midnight, by the clock before the change; may be negative

  /// Returns the seconds from 1970-01-01 to that time in `year`, both by the clock before the
  /// change.
  std::int64_t in_year(int year) const;
};

/// The rule of a zone for all years, as in the environment variable TZ:
/// `CET-1CEST,M3.5.0,M10.5.0/3` (POSIX.1-2024, section 8.3; RFC 9636, section 3.3.1).
class PosixZone {
 public:
  static std::optional<PosixZone> parse(std::string_view text);

  /// Returns seconds east of UTC at `time`, which is in seconds since 1970-01-01T00:00:00Z.
  int offset_at(std::int64_t time) const;

 private:
  /// Summer time, which may also be behind standard time (Dublin in winter).
  struct Summer {
    int offset;
    PosixDate begin;
    PosixDate end;
  };

  int standard_offset_ = 0;  ///< seconds east of UTC
  std::optional<Summer> summer_;
};

}  // namespace kith
