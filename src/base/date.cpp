#include "base/date.hpp"

#include <array>
#include <chrono>

#include "base/digits.hpp"

namespace kith {

namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr std::string_view wrong_date = "must be a day that exists, as YYYY-MM-DD";

year_month_day civil(const Date& date) {
  return {std::chrono::year{date.year}, std::chrono::month{static_cast<unsigned>(date.month)},
          std::chrono::day{static_cast<unsigned>(date.day)}};
}

}  // namespace

std::expected<Date, std::string_view> Date::parse(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::unexpected(wrong_date);
  const auto y = read_digits(text.substr(0, 4));
  const auto m = read_digits(text.substr(5, 2));
  const auto d = read_digits(text.substr(8, 2));
  if (!y || !m || !d) return std::unexpected(wrong_date);
  const Date date{*y, *m, *d};
  if (!civil(date).ok()) return std::unexpected(wrong_date);
  return date;
}

void Date::append_to(std::string& out) const {
  append_digits(out, year, 4);
  append_digits(out.append(1, '-'), month, 2);
  append_digits(out.append(1, '-'), day, 2);
}

int Date::days_since_epoch() const {
  return static_cast<int>(sys_days{civil(*this)}.time_since_epoch().count());
}

Date Date::from_days(int days_since_epoch) {
  const year_month_day date{sys_days{days{days_since_epoch}}};
  return {static_cast<int>(date.year()), static_cast<int>(static_cast<unsigned>(date.month())),
          static_cast<int>(static_cast<unsigned>(date.day()))};
}

int days_in_month(int year, int month) {
  constexpr std::array lengths{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month == 2 && is_leap_year(year)) return 29;
  return lengths[static_cast<std::size_t>(month - 1)];
}

}  // namespace kith
