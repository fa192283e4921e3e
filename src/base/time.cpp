#include "base/time.hpp"

#include <chrono>
#include <optional>

#include "base/digits.hpp"

namespace kith {

namespace {

constexpr std::string_view wrong_form = "must be an RFC 3339 time such as 2026-11-24T10:00:00Z";

constexpr std::string_view out_of_range = "must be in the years 0 to 9999 of UTC";

constexpr std::int64_t first_micros = -62'167'219'200 * micros_per_second;  // 0000-01-01
constexpr std::int64_t end_micros = 253'402'300'800 * micros_per_second;    // 10000-01-01

/// Parses an RFC 3339 time from front to back; each function returns false if its part is
/// malformed.
class TimeReader {
 public:
  explicit TimeReader(std::string_view text) : rest_(text) {}

  std::optional<Time> read() {
    if (!read_date() || !read_clock() || !read_fraction() || !read_offset() || !rest_.empty()) {
      return std::nullopt;
    }
    using namespace std::chrono;
    const auto whole = sys_days{date_} + hours{hour_} + minutes{minute_} - minutes{offset_minutes_};
    if (second_ == leap_second && !is_end_of_month(whole)) return std::nullopt;
    const Time time{(whole.time_since_epoch() + seconds{second_} + microseconds{micros_}).count()};
    return time;
  }

 private:
  static constexpr int leap_second = 60;

  /// Returns whether the last minute of a month begins at `minute`.
  static bool is_end_of_month(std::chrono::sys_time<std::chrono::minutes> minute) {
    using namespace std::chrono;
    const auto next = minute + minutes{1};
    const auto day_of_next = floor<days>(next);
    return next == day_of_next && year_month_day{day_of_next}.day() == day{1};
  }

  /// Takes `count` digits that form a number up to `most`.
  bool take_number(int& out, std::size_t count, int most) {
    const auto number = read_digits(rest_.substr(0, count));
    if (!number || rest_.size() < count || *number > most) return false;
    out = *number;
    rest_.remove_prefix(count);
    return true;
  }

  /// Takes a character if it is in `wanted`.
  bool take(std::string_view wanted) {
    if (rest_.empty() || !wanted.contains(rest_.front())) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool read_date() {
    int year = 0, month = 0, day = 0;
    if (!take_number(year, 4, 9999) || !take("-") || !take_number(month, 2, 12) || !take("-") ||
        !take_number(day, 2, 31)) {
      return false;
    }
    date_ = {std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
             std::chrono::day{static_cast<unsigned>(day)}};
    return date_.ok();
  }

  bool read_clock() {
    return take("Tt ") && take_number(hour_, 2, 23) && take(":") && take_number(minute_, 2, 59) &&
           take(":") && take_number(second_, 2, leap_second);
  }

  bool read_fraction() {
    if (!take(".")) return true;
    constexpr int digits_kept = 6;
    int digits = 0;
    for (; !rest_.empty() && is_digit(rest_.front()); ++digits) {
      if (digits < digits_kept) micros_ = micros_ * 10 + (rest_.front() - '0');
      rest_.remove_prefix(1);
    }
    for (int missing = digits; missing < digits_kept; ++missing) micros_ *= 10;
    return digits > 0;
  }

  bool read_offset() {
    if (take("Zz")) return true;
    const bool is_west = rest_.starts_with('-');
    int hours = 0, minutes = 0;
    if (!take("+-") || !take_number(hours, 2, 23) || !take(":") || !take_number(minutes, 2, 59)) {
      return false;
    }
    offset_minutes_ = (is_west ? -1 : 1) * (hours * 60 + minutes);
    return true;
  }

  std::string_view rest_;
  std::chrono::year_month_day date_{};
  int hour_ = 0;
  int minute_ = 0;
  int second_ = 0;
  int micros_ = 0;
  int offset_minutes_ = 0;  ///< east of UTC
};

}  // namespace

std::expected<Time, std::string_view> Time::parse(std::string_view text) {
  const auto time = TimeReader(text).read();
  if (!time) return std::unexpected(wrong_form);
  if (time->micros < first_micros || time->micros >= end_micros) {
    return std::unexpected(out_of_range);
  }
  return *time;
}

void Time::append_to(std::string& out) const {
  using namespace std::chrono;
  const sys_time<microseconds> instant{microseconds{micros}};
  const auto midnight = floor<days>(instant);
  const year_month_day date{midnight};
  const hh_mm_ss<microseconds> clock{instant - midnight};
  append_digits(out, static_cast<int>(date.year()), 4);
  append_digits(out.append(1, '-'), static_cast<int>(static_cast<unsigned>(date.month())), 2);
  append_digits(out.append(1, '-'), static_cast<int>(static_cast<unsigned>(date.day())), 2);
  append_digits(out.append(1, 'T'), static_cast<int>(clock.hours().count()), 2);
  append_digits(out.append(1, ':'), static_cast<int>(clock.minutes().count()), 2);
  append_digits(out.append(1, ':'), static_cast<int>(clock.seconds().count()), 2);
  append_digits(out.append(1, '.'), static_cast<int>(clock.subseconds().count()), 6);
  out.push_back('Z');
}

Time Clock::system_now() {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::microseconds>(since_epoch).count()};
}

std::string compact(Time time) {
  constexpr std::size_t to_the_second = 15;
  std::string text;
  time.append_to(text);
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text.substr(0, to_the_second) + "Z";
}

}  // namespace kith
