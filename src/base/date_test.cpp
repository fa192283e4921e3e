#include "base/date.hpp"

#include <string>
#include <tuple>

#include <gtest/gtest.h>

namespace kith {
namespace {

std::string text_of_date(const Date& date) {
  std::string out;
  date.append_to(out);
  return out;
}

/// Returns the day after `date`, computed independently: the oracle of the round trips.
Date next_day(Date date) {
  constexpr int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (date.year % 4 == 0 && date.year % 100 != 0) || date.year % 400 == 0;
  const int length = lengths[date.month - 1] + (date.month == 2 && leap ? 1 : 0);
  if (date.day < length) return {date.year, date.month, date.day + 1};
  return date.month < 12 ? Date{date.year, date.month + 1, 1} : Date{date.year + 1, 1, 1};
}

TEST(Date, CountsDaysFromTheEpoch) {
  EXPECT_EQ((Date{1970, 1, 1}.days_since_epoch()), 0);
  EXPECT_EQ((Date{1969, 12, 31}.days_since_epoch()), -1);
  EXPECT_EQ((Date{2000, 3, 1}.days_since_epoch()), 11017);
  EXPECT_EQ(Date::from_days(-719528), (Date{0, 1, 1}));
}

TEST(Date, DaysAndTextsRoundTripOver400Years) {
  Date expected{1800, 1, 1};
  for (int day = expected.days_since_epoch(); expected.year < 2201; ++day) {
    ASSERT_EQ(Date::from_days(day), expected) << day;
    ASSERT_EQ(expected.days_since_epoch(), day) << text_of_date(expected);
    ASSERT_EQ(Date::parse(text_of_date(expected)).value(), expected) << text_of_date(expected);
    expected = next_day(expected);
  }
}

TEST(Date, PlusDaysCrossesMonthsAndYears) {
  EXPECT_EQ((Date{2023, 2, 28}.plus_days(1)), (Date{2023, 3, 1}));
  EXPECT_EQ((Date{2024, 2, 28}.plus_days(1)), (Date{2024, 2, 29}));
  EXPECT_EQ((Date{2026, 12, 31}.plus_days(1)), (Date{2027, 1, 1}));
  EXPECT_EQ((Date{2026, 1, 1}.plus_days(-1)), (Date{2025, 12, 31}));
}

TEST(Date, OrdersByYearThenMonthThenDay) {
  EXPECT_LT((Date{2025, 12, 31}), (Date{2026, 1, 1}));
  EXPECT_LT((Date{2026, 1, 31}), (Date{2026, 2, 1}));
}

TEST(Date, WritesLeadingZeros) {
  EXPECT_EQ(text_of_date({7, 2, 3}), "0007-02-03");
  EXPECT_EQ(text_of_date({9999, 12, 31}), "9999-12-31");
}

class DateAccepted : public testing::TestWithParam<std::tuple<const char*, Date>> {};

TEST_P(DateAccepted, IsRead) {
  const auto& [text, expected] = GetParam();
  const auto date = Date::parse(text);
  ASSERT_TRUE(date) << text;
  EXPECT_EQ(*date, expected);
}

INSTANTIATE_TEST_SUITE_P(Texts, DateAccepted,
                         testing::Values(std::tuple{"2026-11-24", Date{2026, 11, 24}},
                                         std::tuple{"2024-02-29", Date{2024, 2, 29}},
                                         std::tuple{"2000-02-29", Date{2000, 2, 29}},
                                         std::tuple{"0001-01-01", Date{1, 1, 1}},
                                         std::tuple{"9999-12-31", Date{9999, 12, 31}}));

class DateRefused : public testing::TestWithParam<const char*> {};

TEST_P(DateRefused, ExplainsTheFormat) {
  const auto date = Date::parse(GetParam());
  ASSERT_FALSE(date) << GetParam();
  EXPECT_EQ(date.error(), "must be a day that exists, as YYYY-MM-DD");
}

INSTANTIATE_TEST_SUITE_P(Texts, DateRefused,
                         testing::Values("", "2023-02-29", "1900-02-29", "2026-13-01", "2026-00-01",
                                         "2026-01-00", "2026-04-31", "2026-01-32", "2026-1-1",
                                         "26-01-01", "2026/01/01", "20260101",
                                         "2026-01-01T00:00:00Z", " 2026-01-01", "2026-01-01 ",
                                         "+026-01-01", "-026-01-01", "2026-0a-01", "2026--1-01",
                                         "2026-01-0x", "٢٠٢٦-٠١-٠١"));

TEST(Date, LeapYearsAreGregorian) {
  for (const int year : {1600, 2000, 2024, 2400, 4, 0}) EXPECT_TRUE(is_leap_year(year)) << year;
  for (const int year : {1700, 1900, 2023, 2100, 2026, 1}) EXPECT_FALSE(is_leap_year(year)) << year;
}

TEST(Date, MonthsHaveTheirLengths) {
  EXPECT_EQ(days_in_month(2023, 2), 28);
  EXPECT_EQ(days_in_month(2024, 2), 29);
  EXPECT_EQ(days_in_month(1900, 2), 28);
  EXPECT_EQ(days_in_month(2026, 1), 31);
  EXPECT_EQ(days_in_month(2026, 4), 30);
  EXPECT_EQ(days_in_month(2026, 12), 31);
  int sum = 0;
  for (int month = 1; month <= 12; ++month) sum += days_in_month(2024, month);
  EXPECT_EQ(sum, 366);
}

}  // namespace
}  // namespace kith
