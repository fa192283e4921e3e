#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace kith {

/// An instant: microseconds since 1970-01-01T00:00:00Z, without leap seconds.
struct Time {
  static constexpr std::string_view format = "date-time";  // in JSON Schema

  std::int64_t micros = 0;

  /// Parses an RFC 3339 time (section 5.6) with any offset, in the years 0 to 9999 of UTC. `T` and
  /// `Z` may be lower case, and a blank may replace `T`. Digits beyond microseconds are truncated.
  /// A leap second, 23:59:60 UTC at the end of a month, is read as the following second, as in
  /// POSIX time.
  static std::expected<Time, std::string_view> parse(std::string_view text);

  /// Appends `2026-11-24T10:00:00.000000Z` (RFC 3339, section 5.6; always 27 characters).
  void append_to(std::string& out) const;

  auto operator<=>(const Time&) const = default;
};

/// Returns the instant `by` later or earlier.
constexpr Time operator+(Time time, std::chrono::microseconds by) {
  return {time.micros + by.count()};
}
constexpr Time operator-(Time time, std::chrono::microseconds by) {
  return {time.micros - by.count()};
}

/// Returns `20261127T210509Z` (ISO 8601, basic format), for file names.
std::string compact(Time time);

/// Durations in microseconds.
inline constexpr std::int64_t micros_per_second = 1'000'000;
inline constexpr std::int64_t micros_per_minute = 60 * micros_per_second;
inline constexpr std::int64_t micros_per_day = 86'400 * micros_per_second;

/// The source of the current time, which tests can set. The default is the system clock.
class Clock {
 public:
  using Source = Time (*)();

  Clock() = default;
  explicit Clock(Source source) : source_(source) {}

  /// Returns the current time.
  Time now() const { return source_(); }

 private:
  static Time system_now();
  Source source_ = &system_now;
};

}  // namespace kith
