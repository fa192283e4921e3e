#include "vcard/values/date.hpp"

#include <algorithm>

#include "base/date.hpp"
#include "base/digits.hpp"
#include "base/text.hpp"

namespace kith::vcard {

namespace {

/// Reads parts of a date from the front of a text.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool skip(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }

  std::optional<int> number(std::size_t width) {
    if (rest_.size() < width) return std::nullopt;
    const auto value = read_digits(rest_.substr(0, width));
    if (value) rest_.remove_prefix(width);
    return value;
  }

  /// Whether a digit comes next.
  bool has_digit() const { return !rest_.empty() && is_digit(rest_.front()); }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

/// Reads what follows the month.
bool read_day(Reader& in, DateValue& value) {
  if (in.skip("-")) {
    value.form = DateForm::extended;
    return (value.date.day = in.number(2)).has_value();
  }
  return !in.has_digit() || (value.date.day = in.number(2)).has_value();
}

bool read_without_year(Reader& in, DateValue& value) {
  if (in.skip("-")) return (value.date.day = in.number(2)).has_value();
  value.date.month = in.number(2);
  return value.date.month && read_day(in, value);
}

bool read_with_year(Reader& in, DateValue& value) {
  value.date.year = in.number(4);
  if (!value.date.year) return false;
  if (in.skip("-")) {
    value.form = DateForm::extended;
    value.date.month = in.number(2);
    return value.date.month && (!in.skip("-") || (value.date.day = in.number(2)));
  }
  if (!in.has_digit()) return true;
  value.date.month = in.number(2);
  value.date.day = in.number(2);
  return value.date.month && value.date.day;
}

bool exists(const PartialDate& date) {
  constexpr int leap_year = 2000;  // without a year 29 February exists
  if (date.month && (*date.month < 1 || *date.month > 12)) return false;
  if (!date.day) return true;
  const int last = date.month ? days_in_month(date.year.value_or(leap_year), *date.month) : 31;
  return *date.day >= 1 && *date.day <= last;
}

/// Returns whether what follows a date can be a time or a zone.
bool is_time(std::string_view rest) {
  if (rest.empty()) return true;
  constexpr std::string_view first = "Tt Zz+";
  constexpr std::string_view others = "0123456789:.,+-Zz ";
  return first.contains(rest.front()) &&
         rest.find_first_not_of(others, 1) == std::string_view::npos;
}

/// Returns the length of the digits and colons at the front.
std::size_t clock_size(std::string_view text) {
  return std::min(text.find_first_not_of("0123456789:"), text.size());
}

/// Appends a clock time or a zone's offset with colons between each two digits, or without.
bool append_clock(std::string& out, std::string_view clock, DateForm form) {
  std::size_t digits = 0;
  for (const char c : clock) {
    if (c == ':') continue;
    if (form == DateForm::extended && digits > 0 && digits % 2 == 0) out += ':';
    out += c;
    ++digits;
  }
  return digits % 2 == 0 && digits <= 6;
}

}  // namespace

std::optional<DateValue> read_date(std::string_view raw, std::optional<int> omit_year) {
  const std::string_view text = trimmed(raw);
  Reader in(text);
  DateValue value;
  if (!(in.skip("--") ? read_without_year(in, value) : read_with_year(in, value))) return {};
  if (!exists(value.date) || !is_time(in.rest())) return {};
  value.time = in.rest();
  auto& year = value.date.year;
  if (value.date.is_complete() && (year == omitted_year || year == omit_year)) year.reset();
  return value;
}

std::string write_date(const PartialDate& date, DateForm form) {
  std::string out;
  const bool month_ends = date.month && !date.day;
  if (date.year) {
    append_digits(out, *date.year, 4);
    if (date.month && (form == DateForm::extended || month_ends)) out += '-';
  } else {
    out += "--";
  }
  if (date.month) append_digits(out, *date.month, 2);
  if (!date.day) return out;
  if (form == DateForm::extended || !date.month) out += '-';
  append_digits(out, *date.day, 2);
  return out;
}

std::string write_time(std::string_view time, DateForm form) {
  constexpr std::string_view first = "Tt ";
  if (time.size() < 2 || !first.contains(time[0])) return std::string(time);
  std::string out = "T";
  const std::size_t clock = 1 + clock_size(time.substr(1));
  bool is_known = append_clock(out, time.substr(1, clock - 1), form);
  const std::size_t zone = std::min(time.find_first_of("Zz+-", clock), time.size());
  out += time.substr(clock, zone - clock);  // fractions of a second
  if (zone < time.size()) {
    const bool is_utc = time[zone] == 'Z' || time[zone] == 'z';
    out += is_utc ? 'Z' : time[zone];
    is_known = append_clock(out, time.substr(zone + 1), form) && is_known;
    is_known = is_known && is_utc == (zone + 1 == time.size());
  }
  return is_known ? out : std::string(time);
}

}  // namespace kith::vcard
