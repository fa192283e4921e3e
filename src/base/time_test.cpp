#include "base/time.hpp"

#include <random>
#include <string>

#include <gtest/gtest.h>

namespace kith {
namespace {

std::string text_of_time(Time time) {
  std::string out;
  time.append_to(out);
  return out;
}

TEST(Time, WritesRfc3339) {
  EXPECT_EQ(text_of_time({0}), "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(text_of_time({-1}), "1969-12-31T23:59:59.999999Z");
  EXPECT_EQ(text_of_time({1'795'514'400'000'007}), "2026-11-24T10:00:00.000007Z");
}

TEST(Time, AppendsToTheText) {
  std::string out = "at ";
  Time{0}.append_to(out);
  EXPECT_EQ(out, "at 1970-01-01T00:00:00.000000Z");
}

TEST(Time, TextRoundTripsForRandomInstants) {
  constexpr std::int64_t first = -62'167'219'200 * micros_per_second;  // 0000-01-01
  constexpr std::int64_t end = 253'402'300'800 * micros_per_second;    // 10000-01-01
  std::mt19937_64 random(20261124);
  std::uniform_int_distribution<std::int64_t> any(first, end - 1);
  for (int i = 0; i < 20'000; ++i) {
    const Time time{any(random)};
    const std::string text = text_of_time(time);
    ASSERT_EQ(text.size(), 27U) << time.micros;
    const auto parsed = Time::parse(text);
    ASSERT_TRUE(parsed) << text;
    ASSERT_EQ(parsed->micros, time.micros) << text;
  }
  EXPECT_EQ(Time::parse(text_of_time({first}))->micros, first);
  EXPECT_EQ(Time::parse(text_of_time({end - 1}))->micros, end - 1);
}

TEST(Time, TextsSortAsInstantsDo) {
  std::mt19937_64 random(7);
  std::uniform_int_distribution<std::int64_t> any(0, 4'000'000'000 * micros_per_second);
  for (int i = 0; i < 2000; ++i) {
    const Time a{any(random)};
    const Time b{any(random)};
    ASSERT_EQ(a < b, text_of_time(a) < text_of_time(b));
  }
}

class TimeRefused : public testing::TestWithParam<const char*> {};

TEST_P(TimeRefused, ExplainsTheFormat) {
  const auto time = Time::parse(GetParam());
  ASSERT_FALSE(time) << GetParam();
  EXPECT_EQ(time.error(), "must be an RFC 3339 time such as 2026-11-24T10:00:00Z");
}

INSTANTIATE_TEST_SUITE_P(
    Texts, TimeRefused,
    testing::Values(
        "", "2026-11-24", "2026-11-24T10:00:00.Z", "2026-11-24T10:00:00", "2026-11-24T10:00Z",
        "2026-11-24T10:00:00.-1Z", "2026-11-24T10:00:00.000000+", "2026-02-29T10:00:00.000000Z",
        "2026-13-24T10:00:00.000000Z", "2026-00-24T10:00:00.000000Z", "2026-11-00T10:00:00Z",
        "2026-11-24T24:00:00.000000Z", "2026-11-24T10:60:00.000000Z", "2026-11-24T10:00:61Z",
        "2026-11-24_10:00:00Z", "2026-11-24T10:00:00,000000Z", "2026-11-24T1a:00:00.000000Z",
        "2026-11-24T10:00:00.00000-Z", "2026-11-24T10:00:00.000000Z ", " 2026-11-24T10:00:00Z",
        // An offset is hours and minutes with a colon.
        "2026-11-24T10:00:00+0100", "2026-11-24T10:00:00+01", "2026-11-24T10:00:00+1:00",
        "2026-11-24T10:00:00+24:00", "2026-11-24T10:00:00+01:60", "2026-11-24T10:00:00+01:00Z",
        "2026-11-24T10:00:00 +01:00", "2026-11-24T10:00:00\u221201:00",
        // A leap second is the last second of a month in UTC.
        "2026-11-24T10:00:60Z", "2026-11-29T23:59:60Z", "2016-12-31T23:59:60+01:00"));

TEST(Time, DistinguishesATimeOutOfRangeFromAMalformedOne) {
  // The answer would need a year of five digits, or a negative one.
  for (const char* text : {"0000-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01",
                           "9999-12-31T23:59:59-23:59", "9999-12-31T23:59:60Z"}) {
    const auto time = Time::parse(text);
    ASSERT_FALSE(time) << text;
    EXPECT_EQ(time.error(), "must be in the years 0 to 9999 of UTC") << text;
  }
}

/// A time as clients write it, and as the server answers it.
class TimeRead : public testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(TimeRead, IsTheInstantInUtc) {
  const auto& [sent, answered] = GetParam();
  const auto time = Time::parse(sent);
  ASSERT_TRUE(time) << sent;
  EXPECT_EQ(text_of_time(*time), answered) << sent;
}

INSTANTIATE_TEST_SUITE_P(
    Forms, TimeRead,
    testing::Values(std::pair("2026-11-24T10:00:00Z", "2026-11-24T10:00:00.000000Z"),
                    std::pair("2026-11-24T10:00:00+00:00", "2026-11-24T10:00:00.000000Z"),
                    std::pair("2026-11-24T10:00:00-00:00", "2026-11-24T10:00:00.000000Z"),
                    std::pair("2026-11-24T10:00:00.123456+00:00", "2026-11-24T10:00:00.123456Z"),
                    std::pair("2026-11-24T10:00:00-03:30", "2026-11-24T13:30:00.000000Z"),
                    std::pair("2026-11-24T00:15:00+05:45", "2026-11-23T18:30:00.000000Z"),
                    std::pair("2026-11-24T10:00:00+14:00", "2026-11-23T20:00:00.000000Z"),
                    std::pair("2026-11-24T10:00:00-23:59", "2026-11-25T09:59:00.000000Z"),
                    std::pair("2026-11-24t10:00:00z", "2026-11-24T10:00:00.000000Z"),
                    std::pair("2026-11-24 10:00:00Z", "2026-11-24T10:00:00.000000Z"),
                    std::pair("2026-11-24 10:00:00.5+01:00", "2026-11-24T09:00:00.500000Z"),
                    std::pair("2026-11-24T10:00:00.000042Z", "2026-11-24T10:00:00.000042Z"),
                    std::pair("2026-11-24T10:00:00.1234567Z", "2026-11-24T10:00:00.123456Z"),
                    std::pair("2026-11-24T10:00:00.123456789Z", "2026-11-24T10:00:00.123456Z"),
                    std::pair("2026-11-24T10:00:00.12345678901234567890Z",
                              "2026-11-24T10:00:00.123456Z"),
                    std::pair("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000000Z"),
                    std::pair("2016-12-31T23:59:60.5Z", "2017-01-01T00:00:00.500000Z"),
                    std::pair("2016-12-31T15:59:60-08:00", "2017-01-01T00:00:00.000000Z"),
                    std::pair("2017-01-01T05:29:60+05:30", "2017-01-01T00:00:00.000000Z"),
                    std::pair("1969-12-31T19:00:00-05:00", "1970-01-01T00:00:00.000000Z"),
                    std::pair("0000-01-01T00:00:00Z", "0000-01-01T00:00:00.000000Z"),
                    std::pair("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z")));

TEST(Clock, ReadsTheSystemUnlessASourceIsGiven) {
  EXPECT_GT(Clock().now().micros, 1'600'000'000 * micros_per_second);
  EXPECT_EQ(Clock([] { return Time{42}; }).now().micros, 42);
}

TEST(Time, HasAFormForFiles) {
  EXPECT_EQ(compact(Time::parse("2026-11-27T21:05:09.999999Z").value()), "20261127T210509Z");
}

}  // namespace
}  // namespace kith
