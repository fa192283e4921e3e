#include "base/time.hpp"

#include <chrono>
#include <optional>

#include "base/digits.hpp"

namespace kith {

namespace {

constexpr std::size_t seconds_size = 19;  // 2026-11-24T10:00:00

constexpr std::string_view wrong_form = "must be a UTC time such as 2026-11-24T10:00:00.000000Z";

bool has_punctuation(std::string_view text) {
  return text[4] == '-' && text[7] == '-' && text[10] == 'T' && text[13] == ':' && text[16] == ':';
}

/// The microseconds that `.5` or `.000500` is, or nothing.
std::optional<int> fraction_of(std::string_view text) {
  constexpr std::size_t digits_max = 6;
  if (text.empty()) return 0;
  std::string digits(text.substr(1));
  if (text[0] != '.' || digits.empty() || digits.size() > digits_max) return std::nullopt;
  digits.resize(digits_max, '0');
  return read_digits(digits);
}

}  // namespace

std::expected<Time, std::string_view> Time::parse(std::string_view text) {
  using namespace std::chrono;
  const bool whole = text.size() > seconds_size && text.ends_with('Z') && has_punctuation(text);
  if (!whole) return std::unexpected(wrong_form);
  text.remove_suffix(1);
  const auto part = [&](std::size_t from, std::size_t count) {
    return read_digits(text.substr(from, count));
  };
  const auto y = part(0, 4), mo = part(5, 2), d = part(8, 2);
  const auto h = part(11, 2), mi = part(14, 2), s = part(17, 2);
  const auto us = fraction_of(text.substr(seconds_size));
  if (!y || !mo || !d || !h || !mi || !s || !us || *h > 23 || *mi > 59 || *s > 59) {
    return std::unexpected(wrong_form);
  }
  const year_month_day date{year{*y}, month{static_cast<unsigned>(*mo)},
                            day{static_cast<unsigned>(*d)}};
  if (!date.ok()) return std::unexpected(wrong_form);
  const auto since_midnight = hours{*h} + minutes{*mi} + seconds{*s} + microseconds{*us};
  return Time{(sys_days{date}.time_since_epoch() + since_midnight).count()};
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
