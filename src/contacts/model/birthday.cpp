#include "contacts/model/birthday.hpp"

#include <algorithm>

#include "base/digits.hpp"
#include "base/limits.hpp"

namespace kith::contacts {

namespace {

constexpr int leap_key = 229;
constexpr int first_key = 101;
constexpr int last_key = 1231;
constexpr int some_leap_year = 2000;

constexpr std::string_view shape = "must be a valid date: YYYY-MM-DD, or --MM-DD without a year";

int key_of(Date date) { return date.month * 100 + date.day; }

/// Returns the first key of a window that begins on `today`.
int begin_key(Date today, LeapDay leap_day) {
  const bool moved = leap_day == LeapDay::mar1 && !is_leap_year(today.year);
  return moved && key_of(today) == 301 ? leap_key : key_of(today);
}

/// Returns the last key of a window that ends on `last`.
int end_key(Date last, LeapDay leap_day) {
  const bool moved = leap_day == LeapDay::feb28 && !is_leap_year(last.year);
  return moved && key_of(last) == 228 ? leap_key : key_of(last);
}

Date date_in(const Birthday& birthday, int year, LeapDay leap_day) {
  if (birthday.key() != leap_key || is_leap_year(year)) return {year, birthday.month, birthday.day};
  return leap_day == LeapDay::feb28 ? Date{year, 2, 28} : Date{year, 3, 1};
}

}  // namespace

std::expected<Birthday, std::string_view> Birthday::parse(std::string_view text) {
  if (!text.starts_with("--")) {
    const auto date = Date::parse(text);
    if (!date) return std::unexpected(shape);
    if (date->year < limits::birth_year_min) return std::unexpected("must not be before 1600");
    return Birthday{date->year, date->month, date->day};
  }
  if (text.size() != 7 || text[4] != '-') return std::unexpected(shape);
  const auto month = read_digits(text.substr(2, 2));
  const auto day = read_digits(text.substr(5, 2));
  if (!month || !day || *month < 1 || *month > 12) return std::unexpected(shape);
  if (*day < 1 || *day > days_in_month(some_leap_year, *month)) return std::unexpected(shape);
  return Birthday{std::nullopt, *month, *day};
}

void Birthday::append_to(std::string& out) const {
  if (year) {
    Date{*year, month, day}.append_to(out);
    return;
  }
  out += "--";
  append_digits(out, month, 2);
  out.push_back('-');
  append_digits(out, day, 2);
}

Date next_occurrence(const Birthday& birthday, Date today, LeapDay leap_day) {
  const Date this_year = date_in(birthday, today.year, leap_day);
  return this_year >= today ? this_year : date_in(birthday, today.year + 1, leap_day);
}

std::array<KeyRange, 2> key_ranges(Date today, int days, LeapDay leap_day) {
  const int begin = begin_key(today, leap_day);
  const Date last = today.plus_days(days);
  if (last.year == today.year) return {KeyRange{begin, end_key(last, leap_day)}, KeyRange{}};
  // Each next birthday is less than a year away, so a longer window must not repeat contacts.
  constexpr int days_of_all = 365;
  const int end = days >= days_of_all ? last_key : end_key(last, leap_day);
  return {KeyRange{begin, last_key}, KeyRange{first_key, std::min(end, begin - 1)}};
}

}  // namespace kith::contacts
