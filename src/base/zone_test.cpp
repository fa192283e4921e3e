#include "base/zone.hpp"

#include <cstdlib>
#include <stdexcept>
#include <thread>
#include <tuple>

#include <gtest/gtest.h>

#include "base/limits.hpp"
#include "base/temporary_folder.hpp"

namespace kith {
namespace {

using Row = std::tuple<const char*, const char*, Date>;

/// A zone, an instant, and the local date there.
class ZoneDate : public testing::TestWithParam<Row> {};

TEST_P(ZoneDate, IsTheLocalDate) {
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
        Row{"America/New_York", "2026-01-01T05:00:00.000000Z", {2026, 1, 1}},
        // No summer time since October 2022.
        Row{"America/Mexico_City", "2026-07-01T05:30:00Z", {2026, 6, 30}},
        Row{"America/Mexico_City", "2022-07-01T05:30:00Z", {2022, 7, 1}},
        // UTC+5 since March 2024.
        Row{"Asia/Almaty", "2026-11-30T18:30:00Z", {2026, 11, 30}},
        Row{"Asia/Almaty", "2023-11-30T18:30:00Z", {2023, 12, 1}},
        // Added to the data after 2022.
        Row{"America/Ciudad_Juarez", "2026-07-01T05:30:00Z", {2026, 6, 30}},
        Row{"America/Coyhaique", "2026-07-01T02:30:00Z", {2026, 6, 30}},
        Row{"Pacific/Auckland", "2026-11-30T12:30:00Z", {2026, 12, 1}},
        Row{"NZ", "2026-11-30T10:59:59Z", {2026, 11, 30}},
        Row{"Australia/Lord_Howe", "2026-07-01T13:29:59Z", {2026, 7, 1}},
        Row{"Australia/Lord_Howe", "2026-07-01T13:30:00Z", {2026, 7, 2}},
        Row{"Australia/Lord_Howe", "2026-12-01T13:00:00Z", {2026, 12, 2}},
        // Morocco goes back for Ramadan.
        Row{"Africa/Casablanca", "2026-03-01T23:30:00Z", {2026, 3, 1}},
        Row{"Africa/Casablanca", "2026-07-01T23:30:00Z", {2026, 7, 2}},
        // Samoa had no 30 December 2011.
        Row{"Pacific/Apia", "2011-12-30T09:59:59Z", {2011, 12, 29}},
        Row{"Pacific/Apia", "2011-12-30T10:00:00Z", {2011, 12, 31}},
        // Leap days, and years beyond any table.
        Row{"Europe/Kyiv", "2028-02-28T22:00:00Z", {2028, 2, 29}},
        Row{"Europe/Kyiv", "2500-07-01T21:00:00Z", {2500, 7, 2}},
        Row{"Europe/Kyiv", "2500-01-01T21:59:59Z", {2500, 1, 1}},
        Row{"Etc/GMT+12", "2026-01-01T11:59:59Z", {2025, 12, 31}},
        Row{"Etc/UTC", "2026-01-01T00:00:00Z", {2026, 1, 1}}));

class ZoneRefused : public testing::TestWithParam<std::string_view> {};

TEST_P(ZoneRefused, ExplainsTheFormat) {
  const auto zone = Zone::parse(GetParam());
  ASSERT_FALSE(zone) << GetParam();
  EXPECT_EQ(zone.error(), "must be an IANA time zone such as Europe/Kyiv");
}

INSTANTIATE_TEST_SUITE_P(
    Names, ZoneRefused,
    testing::Values("", " ", "Kyiv", "Europe/Nowhere", "Etc/Unknown", "Europe/Kyiv ",
                    "../../etc/passwd", "/etc/localtime", "Europe/../Europe/Kyiv", "Europe",
                    "Europe/", "%00", "GMT+25", "Europe/Kyiv\n", "Європа/Київ", "posix/Europe/Kyiv",
                    "right/Europe/Kyiv", "posixrules", "localtime", "zone.tab", "tzdata.zi",
                    "Factory", "factory", "POSIX/Europe/Kyiv", "europe/kyiw", "./UTC",
                    "Europe//Kyiv", "/Europe/Kyiv", "leapseconds", std::string_view("UTC\0", 4),
                    std::string_view("Europe/Kyiv\0/../..", 18)));

TEST(Zone, IsFoundInAnyCaseAndHasItsOwnSpelling) {
  for (const auto& [sent, spelled] :
       {std::pair("europe/kyiv", "Europe/Kyiv"), std::pair("EUROPE/KYIV", "Europe/Kyiv"),
        std::pair("america/argentina/buenos_aires", "America/Argentina/Buenos_Aires"),
        std::pair("etc/gmt+12", "Etc/GMT+12"), std::pair("nz", "NZ"), std::pair("utc", "UTC")}) {
    const auto zone = Zone::parse(sent);
    ASSERT_TRUE(zone) << sent;
    EXPECT_EQ(zone->text, spelled);
  }
}

TEST(Zone, RefusesCustomOffsets) {
  for (const char* name : {"GMT+05:30", "GMT-3", "GMT+0530"})
    EXPECT_FALSE(Zone::parse(name)) << name;
}

TEST(Zone, LatestDateIsThatOfTheEasternmostZone) {
  EXPECT_EQ(latest_date(Time::parse("2026-11-30T09:59:59.999999Z").value()), (Date{2026, 11, 30}));
  EXPECT_EQ(latest_date(Time::parse("2026-11-30T10:00:00Z").value()), (Date{2026, 12, 1}));
  EXPECT_EQ(latest_date(Time{-15LL * 3600 * micros_per_second}), (Date{1969, 12, 31}));
}

/// Sets an environment variable for one scope.
class ScopedVariable {
 public:
  ScopedVariable(const char* name, const std::string& value) : name_(name) {
    ::setenv(name, value.c_str(), 1);  // NOLINT: no other thread reads the environment
  }
  ~ScopedVariable() { ::unsetenv(name_); }  // NOLINT: likewise

 private:
  const char* name_;
};

TEST(Zone, WithoutDataIsOnlyUtc) {
  const TemporaryFolder folder;
  EXPECT_NO_THROW(require_zones());
  const ScopedVariable tzdir("TZDIR", folder.path());
  EXPECT_THROW(require_zones(), std::runtime_error);
  EXPECT_TRUE(Zone::parse("UTC"));
  EXPECT_FALSE(Zone::parse("Antarctica/Troll")) << "no other test has cached it";
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

TEST(Zone, IsThreadSafe) {
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
