#include "base/zone.hpp"

#include <thread>
#include <tuple>

#include <gtest/gtest.h>

#include "base/limits.hpp"

namespace kith {
namespace {

using Row = std::tuple<const char*, const char*, Date>;

/// Zone, instant, the date on the wall there.
class ZoneDate : public testing::TestWithParam<Row> {};

TEST_P(ZoneDate, IsThatOfTheWallCalendar) {
  const auto& [name, instant, expected] = GetParam();
  const auto zone = Zone::parse(name);
  ASSERT_TRUE(zone) << name;
  EXPECT_EQ(zone->date_at(Time::parse(instant).value()), expected) << name << ' ' << instant;
}

INSTANTIATE_TEST_SUITE_P(
    Midnights, ZoneDate,
    testing::Values(
        // Winter, UTC+2: midnight is 22:00 UTC.
        Row{"Europe/Kyiv", "2026-01-14T21:59:59.999999Z", {2026, 1, 14}},
        Row{"Europe/Kyiv", "2026-01-14T22:00:00.000000Z", {2026, 1, 15}},
        // Summer, UTC+3: midnight is 21:00 UTC.
        Row{"Europe/Kyiv", "2026-07-14T20:59:59.999999Z", {2026, 7, 14}},
        Row{"Europe/Kyiv", "2026-07-14T21:00:00.000000Z", {2026, 7, 15}},
        // The clock goes forward on 29 March 2026 and back on 25 October 2026, at 01:00 UTC.
        Row{"Europe/Kyiv", "2026-03-28T22:00:00.000000Z", {2026, 3, 29}},
        Row{"Europe/Kyiv", "2026-03-29T20:59:59.999999Z", {2026, 3, 29}},
        Row{"Europe/Kyiv", "2026-03-29T21:00:00.000000Z", {2026, 3, 30}},
        Row{"Europe/Kyiv", "2026-10-24T21:00:00.000000Z", {2026, 10, 25}},
        Row{"Europe/Kyiv", "2026-10-25T21:59:59.999999Z", {2026, 10, 25}},
        Row{"Europe/Kyiv", "2026-10-25T22:00:00.000000Z", {2026, 10, 26}},
        Row{"Europe/Kiev", "2026-01-14T22:00:00.000000Z", {2026, 1, 15}},
        Row{"UTC", "2026-01-14T23:59:59.999999Z", {2026, 1, 14}},
        Row{"UTC", "2026-01-15T00:00:00.000000Z", {2026, 1, 15}},
        Row{"UTC", "1969-12-31T23:59:59.999999Z", {1969, 12, 31}},
        Row{"UTC", "1969-12-31T00:00:00.000000Z", {1969, 12, 31}},
        Row{"Asia/Kathmandu", "2026-01-14T18:14:59.999999Z", {2026, 1, 14}},
        Row{"Asia/Kathmandu", "2026-01-14T18:15:00.000000Z", {2026, 1, 15}},
        Row{"Pacific/Kiritimati", "2026-01-14T10:00:00.000000Z", {2026, 1, 15}},
        Row{"America/New_York", "2026-01-01T04:59:59.999999Z", {2025, 12, 31}},
        Row{"America/New_York", "2026-01-01T05:00:00.000000Z", {2026, 1, 1}}));

class ZoneRefused : public testing::TestWithParam<std::string_view> {};

TEST_P(ZoneRefused, SaysWhatAZoneIs) {
  const auto zone = Zone::parse(GetParam());
  ASSERT_FALSE(zone) << GetParam();
  EXPECT_EQ(zone.error(), "must be an IANA time zone such as Europe/Kyiv");
}

INSTANTIATE_TEST_SUITE_P(Names, ZoneRefused,
                         testing::Values("", " ", "Kyiv", "Europe/Nowhere", "Etc/Unknown",
                                         "Europe/Kyiv ", "../../etc/passwd", "/etc/localtime",
                                         "Europe/../Europe/Kyiv", "Europe", "Europe/", "%00",
                                         "GMT+25", "Europe/Kyiv\n", "Європа/Київ",
                                         std::string_view("UTC\0", 4),
                                         std::string_view("Europe/Kyiv\0/../..", 18)));

TEST(Zone, ACustomOffsetIsNoIanaName) {
  for (const char* name : {"GMT+05:30", "GMT-3", "GMT+0530"})
    EXPECT_FALSE(Zone::parse(name)) << name;
}

TEST(Zone, RefusesNamesOverTheLimit) {
  EXPECT_FALSE(Zone::parse(std::string(limits::zone_name_bytes_max + 1, 'a')));
}

TEST(Zone, WritesItsName) {
  std::string out;
  Zone::parse("Europe/Kyiv")->append_to(out);
  EXPECT_EQ(out, "Europe/Kyiv");
  EXPECT_EQ(Zone().text, "UTC");
}

TEST(Zone, MayBeAskedByManyThreads) {
  const Zone kyiv{"Europe/Kyiv"};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&kyiv] {
      for (int day = 0; day < 500; ++day) {
        const Time noon{day * micros_per_day + micros_per_day / 2};
        EXPECT_EQ(kyiv.date_at(noon).days_since_epoch(), day);
      }
    });
  }
  for (auto& thread : threads) thread.join();
}

}  // namespace
}  // namespace kith
