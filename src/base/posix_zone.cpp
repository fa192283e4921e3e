#include "base/posix_zone.hpp"

#include <algorithm>
#include <chrono>

#include "base/digits.hpp"

namespace kith {

namespace {

constexpr int seconds_per_hour = 3600;
constexpr std::int64_t seconds_per_day = 86'400;

/// Parses the text of a rule from front to back. Functions return false or nothing if it is
/// malformed.
class RuleReader {
 public:
  explicit RuleReader(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }

  bool take(char wanted) {
    if (!rest_.starts_with(wanted)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  /// Skips an abbreviation: letters, or anything but `>` between angle brackets.
  bool skip_name() {
    if (take('<')) {
      const auto end = rest_.find('>');
      if (end == std::string_view::npos) return false;
      rest_.remove_prefix(end + 1);
      return true;
    }
    const auto is_letter = [](char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; };
    const auto* const end = std::ranges::find_if_not(rest_, is_letter);
    const auto size = static_cast<std::size_t>(end - rest_.begin());
    rest_.remove_prefix(size);
    return size >= 3;
  }

  std::optional<int> number(int least, int most) {
    std::size_t size = 0;
    while (size < rest_.size() && is_digit(rest_[size])) ++size;
    const auto value = read_digits(rest_.substr(0, size));
    if (!value || *value < least || *value > most) return std::nullopt;
    rest_.remove_prefix(size);
    return value;
  }

  /// Parses `[+-]hh[:mm[:ss]]` to seconds; a change may be up to a week away.
  std::optional<int> clock() {
    constexpr int hours_max = 167;
    const bool is_negative = take('-');
    if (!is_negative) take('+');
    const auto hours = number(0, hours_max);
    const auto minutes = hours && take(':') ? number(0, 59) : std::optional(0);
    const auto seconds = minutes && take(':') ? number(0, 59) : std::optional(0);
    if (!hours || !minutes || !seconds) return std::nullopt;
    const int value = *hours * seconds_per_hour + *minutes * 60 + *seconds;
    return is_negative ? -value : value;
  }

  /// Parses `Mm.w.d`, `Jn` or `n`, optionally followed by `/time`.
  std::optional<PosixDate> date() {
    PosixDate out;
    if (!day(out)) return std::nullopt;
    if (!take('/')) return out;
    const auto seconds = clock();
    if (!seconds) return std::nullopt;
    out.seconds = *seconds;
    return out;
  }

 private:
  bool set(int& out, int least, int most) {
    const auto value = number(least, most);
    out = value.value_or(0);
    return value.has_value();
  }

  bool day(PosixDate& out) {
    using enum PosixDate::Form;
    if (take('M')) {
      out.form = weekday_of_month;
      return set(out.month, 1, 12) && take('.') && set(out.week, 1, 5) && take('.') &&
             set(out.day, 0, 6);
    }
    const bool without_leap = take('J');
    out.form = without_leap ? day_without_leap : day_of_year;
    return without_leap ? set(out.day, 1, 365) : set(out.day, 0, 365);
  }

  std::string_view rest_;
};

/// Returns the year of `local` seconds since 1970.
int year_of(std::int64_t local) {
  using namespace std::chrono;
  return static_cast<int>(year_month_day{floor<days>(sys_seconds{seconds{local}})}.year());
}

}  // namespace

std::int64_t PosixDate::in_year(int year) const {
  using namespace std::chrono;
  const std::chrono::year y{year};
  sys_days date{y / January / 1};
  switch (form) {
    case Form::day_of_year: date += days{day}; break;
    case Form::day_without_leap: {
      constexpr int last_day_of_february = 59;
      date += days{day - 1 + (y.is_leap() && day > last_day_of_february ? 1 : 0)};
      break;
    }
    case Form::weekday_of_month: {
      const std::chrono::month m{static_cast<unsigned>(month)};
      const weekday w{static_cast<unsigned>(day)};
      constexpr int last_week = 5;
      date = week == last_week ? sys_days{y / m / w[last]}
                               : sys_days{y / m / w[static_cast<unsigned>(week)]};
      break;
    }
  }
  return date.time_since_epoch().count() * seconds_per_day + seconds;
}

std::optional<PosixZone> PosixZone::parse(std::string_view text) {
  RuleReader reader(text);
  PosixZone zone;
  if (!reader.skip_name()) return std::nullopt;
  const auto west = reader.clock();
  if (!west) return std::nullopt;
  zone.standard_offset_ = -*west;
  if (reader.at_end()) return zone;
  Summer summer{.offset = zone.standard_offset_ + seconds_per_hour, .begin = {}, .end = {}};
  if (!reader.skip_name()) return std::nullopt;
  if (!reader.take(',')) {
    const auto summer_west = reader.clock();
    if (!summer_west || !reader.take(',')) return std::nullopt;
    summer.offset = -*summer_west;
  }
  const auto begin = reader.date();
  const auto end = begin && reader.take(',') ? reader.date() : std::nullopt;
  if (!end || !reader.at_end()) return std::nullopt;
  summer.begin = *begin;
  summer.end = *end;
  zone.summer_ = summer;
  return zone;
}

int PosixZone::offset_at(std::int64_t time) const {
  if (!summer_) return standard_offset_;
  const int year = year_of(time + standard_offset_);
  const std::int64_t begin = summer_->begin.in_year(year) - standard_offset_;
  const std::int64_t end = summer_->end.in_year(year) - summer_->offset;
  // In the southern hemisphere, summer time is the part of the year outside of winter.
  const bool is_summer = begin < end ? time >= begin && time < end : time >= begin || time < end;
  return is_summer ? summer_->offset : standard_offset_;
}

}  // namespace kith
