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

TEST(Time, AppendsToWhatIsThere) {
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

TEST_P(TimeRefused, SaysWhatATimeIs) {
  const auto time = Time::parse(GetParam());
  ASSERT_FALSE(time) << GetParam();
  EXPECT_EQ(time.error(), "must be a UTC time such as 2026-11-24T10:00:00.000000Z");
}

INSTANTIATE_TEST_SUITE_P(
    Texts, TimeRefused,
    testing::Values("", "2026-11-24", "2026-11-24T10:00:00.Z", "2026-11-24T10:00:00.1234567Z",
                    "2026-11-24T10:00:00", "2026-11-24T10:00:00.-1Z", "2026-11-24T10:00:00+01:00",
                    "2026-11-24t10:00:00.000000z", "2026-11-24T10:00:00.000000+",
                    "2026-02-29T10:00:00.000000Z", "2026-13-24T10:00:00.000000Z",
                    "2026-11-24T24:00:00.000000Z", "2026-11-24T10:60:00.000000Z",
                    "2026-11-24T10:00:60.000000Z", "2026-11-24 10:00:00.000000Z",
                    "2026-11-24T10:00:00,000000Z", "2026-11-24T1a:00:00.000000Z",
                    "2026-11-24T10:00:00.00000-Z", "2026-11-24T10:00:00.000000Z "));

TEST(Time, MayHaveFewerDigitsBehindTheSecond) {
  const Time whole = Time::parse("2026-11-24T10:00:00Z").value();
  EXPECT_EQ(whole, Time::parse("2026-11-24T10:00:00.000000Z").value());
  EXPECT_EQ(Time::parse("2026-11-24T10:00:00.5Z").value().micros, whole.micros + 500'000);
  EXPECT_EQ(Time::parse("2026-11-24T10:00:00.000042Z").value().micros, whole.micros + 42);
}

TEST(Clock, ReadsTheSystemUnlessASourceIsGiven) {
  EXPECT_GT(Clock().now().micros, 1'600'000'000 * micros_per_second);
  EXPECT_EQ(Clock([] { return Time{42}; }).now().micros, 42);
}

TEST(Time, HasAFormForFiles) {
  EXPECT_EQ(compact(Time::parse("2026-11-27T21:05:09.999999Z").value()), "20261127T210509Z");
}

}  // namespace
}  // namespace kith
