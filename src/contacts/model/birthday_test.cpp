#include "contacts/model/birthday.hpp"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

namespace kith::contacts {
namespace {

/// Returns all possible birthdays, by key.
std::vector<Birthday> all_birthdays() {
  std::vector<Birthday> all;
  for (int month = 1; month <= 12; ++month) {
    for (int day = 1; day <= days_in_month(2000, month); ++day) all.push_back({{}, month, day});
  }
  return all;
}

bool is_on(const Birthday& birthday, Date date, LeapDay leap_day) {
  if (birthday.month == date.month && birthday.day == date.day) return true;
  if (birthday.key() != 229 || is_leap_year(date.year)) return false;
  return leap_day == LeapDay::feb28 ? (date.month == 2 && date.day == 28)
                                    : (date.month == 3 && date.day == 1);
}

/// The oracle: checks day by day.
std::vector<int> walk(Date today, int days, LeapDay leap_day) {
  static const std::vector<Birthday> birthdays = all_birthdays();
  std::vector<int> keys;
  for (int i = 0; i <= std::min(days, 365); ++i) {
    for (const Birthday& birthday : birthdays) {
      if (!is_on(birthday, today.plus_days(i), leap_day)) continue;
      if (std::ranges::find(keys, birthday.key()) == keys.end()) keys.push_back(birthday.key());
    }
  }
  return keys;
}

std::vector<int> in_ranges(Date today, int days, LeapDay leap_day) {
  static const std::vector<Birthday> birthdays = all_birthdays();
  std::vector<int> keys;
  for (const KeyRange& range : key_ranges(today, days, leap_day)) {
    for (const Birthday& birthday : birthdays) {
      const int key = birthday.key();
      if (key >= range.first && key <= range.last) keys.push_back(key);
    }
  }
  return keys;
}

TEST(Birthday, ReadsAndWritesBothForms) {
  for (const char* text : {"1990-05-17", "--05-17", "2024-02-29", "--02-29", "1600-01-01"}) {
    const auto birthday = Birthday::parse(text);
    ASSERT_TRUE(birthday) << text;
    std::string out;
    birthday->append_to(out);
    EXPECT_EQ(out, text);
  }
}

TEST(Birthday, RefusesInvalidDays) {
  for (const char* text : {"2023-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "--02-30",
                           "--13-01", "--00-01", "-05-17", "--5-17", "1990-5-17", "17.05.1990",
                           "1990-05-17T00:00", "1599-12-31", "0000-01-01", "", "--", "--05-1x"}) {
    EXPECT_FALSE(Birthday::parse(text)) << text;
  }
}

void expect_windows_from(Date today) {
  for (const int days : {0, 1, 7, 58, 59, 60, 364, 365, 366}) {
    for (const LeapDay leap_day : {LeapDay::feb28, LeapDay::mar1}) {
      ASSERT_EQ(in_ranges(today, days, leap_day), walk(today, days, leap_day))
          << today.year << '-' << today.month << '-' << today.day << " +" << days;
    }
  }
}

TEST(Birthday, WindowsMatchADayByDayComputation) {
  for (const int year : {2023, 2024, 2025, 2027, 2028, 2100}) {
    for (int offset = 0; offset < 400; ++offset) {
      ASSERT_NO_FATAL_FAILURE(expect_windows_from(Date{year, 1, 1}.plus_days(offset)));
    }
  }
}

TEST(Birthday, NextOccurrenceIsTheFirstDayItIsOn) {
  for (const int year : {2023, 2024, 2027, 2028}) {
    for (int offset = 0; offset < 400; offset += 7) {
      const Date today = Date{year, 1, 1}.plus_days(offset);
      for (const Birthday& birthday : all_birthdays()) {
        Date expected = today;
        while (!is_on(birthday, expected, LeapDay::mar1)) expected = expected.plus_days(1);
        ASSERT_EQ(next_occurrence(birthday, today, LeapDay::mar1), expected) << birthday.key();
      }
    }
  }
}

}  // namespace
}  // namespace kith::contacts
