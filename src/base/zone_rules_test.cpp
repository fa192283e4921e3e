#include "base/zone_rules.hpp"

#include <fstream>
#include <iterator>
#include <string>
#include <tuple>

#include <gtest/gtest.h>

#include "base/posix_zone.hpp"
#include "base/time.hpp"

namespace kith {
namespace {

std::int64_t seconds_of(const char* instant) {
  return Time::parse(instant).value().micros / micros_per_second;
}

std::string big_endian(std::int64_t value, int bytes) {
  std::string out;
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(value >> shift & 0xFF));
  }
  return out;
}

/// Returns a data block with one change at `since` from UTC to an hour east of it.
std::string block(char version, int time_bytes, std::int64_t since, int leap_seconds = 0) {
  std::string out = "TZif";
  out.push_back(version);
  out.append(15, '\0');
  for (const int count : {0, 0, leap_seconds, 1, 2, 8}) out += big_endian(count, 4);
  out += big_endian(since, time_bytes) + '\1';
  out += big_endian(0, 4) + std::string("\0\0", 2) + big_endian(3600, 4) + std::string("\0\4", 2);
  out += std::string("UTC\0CET\0", 8);
  for (int i = 0; i < leap_seconds; ++i) out += big_endian(78796800, time_bytes) + big_endian(1, 4);
  return out;
}

std::string file_with(std::string_view footer) {
  return block('2', 4, 5) + block('2', 8, 1000) + "\n" + std::string(footer) + "\n";
}

TEST(ZoneRules, UseTheSecondBlockAndThenTheFooter) {
  const auto rules = ZoneRules::parse(file_with("CET-1CEST,M3.5.0,M10.5.0/3"));
  ASSERT_TRUE(rules);
  EXPECT_EQ(rules->offset_at(-1), 0);
  EXPECT_EQ(rules->offset_at(999), 0);
  EXPECT_EQ(rules->offset_at(1000), 3600);
  EXPECT_EQ(rules->offset_at(seconds_of("2500-07-01T00:00:00Z")), 7200);
  EXPECT_EQ(rules->offset_at(seconds_of("2500-12-01T00:00:00Z")), 3600);
}

TEST(ZoneRules, WithoutAFooterKeepTheLastOffset) {
  const auto rules = ZoneRules::parse(file_with(""));
  ASSERT_TRUE(rules);
  EXPECT_EQ(rules->offset_at(seconds_of("2500-07-01T00:00:00Z")), 3600);
}

TEST(ZoneRules, ReadTheFirstVersion) {
  const auto rules = ZoneRules::parse(block('\0', 4, 5));
  ASSERT_TRUE(rules);
  EXPECT_EQ(rules->offset_at(4), 0);
  EXPECT_EQ(rules->offset_at(5), 3600);
}

TEST(ZoneRules, RefuseFilesTruncatedAnywhere) {
  const std::string whole = file_with("CET-1");
  ASSERT_TRUE(ZoneRules::parse(whole));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(ZoneRules::parse(whole.substr(0, size))) << size;
  }
}

TEST(ZoneRules, RefuseLeapSecondsUnknownTypesAndHugeCounts) {
  EXPECT_FALSE(ZoneRules::parse(block('\0', 4, 5, 1)));
  std::string bad_type = block('\0', 4, 5);
  bad_type[48] = '\2';
  EXPECT_FALSE(ZoneRules::parse(bad_type));
  for (std::size_t count = 20; count < 44; count += 4) {
    std::string huge = block('\0', 4, 5);
    huge.replace(count, 4, "\xff\xff\xff\xff");
    EXPECT_FALSE(ZoneRules::parse(huge)) << count;
  }
}

using Row = std::tuple<const char*, const char*, int>;

/// A rule, an instant, and the seconds east of UTC.
class PosixZoneOffset : public testing::TestWithParam<Row> {};

TEST_P(PosixZoneOffset, FollowsTheRule) {
  const auto& [rule, instant, offset] = GetParam();
  const auto zone = PosixZone::parse(rule);
  ASSERT_TRUE(zone) << rule;
  EXPECT_EQ(zone->offset_at(seconds_of(instant)), offset) << rule << ' ' << instant;
}

constexpr const char* berlin = "CET-1CEST,M3.5.0,M10.5.0/3";
constexpr const char* auckland = "NZST-12NZDT,M9.5.0,M4.1.0/3";
constexpr const char* lord_howe = "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0";
constexpr const char* dublin = "IST-1GMT0,M10.5.0,M3.5.0/1";
constexpr const char* gaza = "EET-2EEST,M3.4.4/50,M10.4.4/50";
constexpr const char* nuuk = "<-02>2<-01>,M3.5.0/-1,M10.5.0/0";

INSTANTIATE_TEST_SUITE_P(
    Rules, PosixZoneOffset,
    testing::Values(
        Row{"<+0545>-5:45", "2040-01-01T00:00:00Z", 20700},
        Row{"EST5", "2040-07-01T00:00:00Z", -18000}, Row{"LMT0:01:15", "2040-07-01T00:00:00Z", -75},
        Row{berlin, "2040-03-25T00:59:59Z", 3600}, Row{berlin, "2040-03-25T01:00:00Z", 7200},
        Row{berlin, "2040-10-28T00:59:59Z", 7200}, Row{berlin, "2040-10-28T01:00:00Z", 3600},
        Row{auckland, "2040-01-01T00:00:00Z", 46800}, Row{auckland, "2040-03-31T13:59:59Z", 46800},
        Row{auckland, "2040-03-31T14:00:00Z", 43200}, Row{auckland, "2040-09-29T13:59:59Z", 43200},
        Row{auckland, "2040-09-29T14:00:00Z", 46800}, Row{lord_howe, "2040-01-01T00:00:00Z", 39600},
        Row{lord_howe, "2040-07-01T00:00:00Z", 37800}, Row{dublin, "2040-01-01T00:00:00Z", 0},
        Row{dublin, "2040-07-01T00:00:00Z", 3600}, Row{gaza, "2040-03-23T23:59:59Z", 7200},
        Row{gaza, "2040-03-24T00:00:00Z", 10800}, Row{nuuk, "2040-03-25T00:59:59Z", -7200},
        Row{nuuk, "2040-03-25T01:00:00Z", -3600}, Row{nuuk, "2040-10-28T00:59:59Z", -3600},
        Row{nuuk, "2040-10-28T01:00:00Z", -7200},
        // Days by number: with and without 29 February.
        Row{"AAA0BBB,J60/0,J300/0", "2040-02-29T23:59:59Z", 0},
        Row{"AAA0BBB,J60/0,J300/0", "2040-03-01T00:00:00Z", 3600},
        Row{"AAA0BBB,59/0,300/0", "2040-02-28T23:59:59Z", 0},
        Row{"AAA0BBB,59/0,300/0", "2040-02-29T00:00:00Z", 3600},
        // Summer time all year (RFC 9636, section 3.3.1).
        Row{"XXX3EDT4,0/0,J365/23", "2040-01-01T03:00:00Z", -14400},
        Row{"XXX3EDT4,0/0,J365/23", "2040-01-01T02:59:59Z", -14400},
        Row{"XXX3EDT4,0/0,J365/23", "2040-07-01T00:00:00Z", -14400}));

TEST(PosixZone, RefusesMalformedRules) {
  for (const char* rule :
       {"", "CE", "CET", "CET-", "-1", "CET-1CEST", "CET-1CEST,", "CET-1CEST,M3.5.0",
        "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0",
        "CET-1CEST,J0,J365", "CET-1CEST,366,J365", "CET-1CEST,M3.5.0,M10.5.0/168",
        "CET-1CEST,M3.5.0,M10.5.0 ", "CET-168", "CET-1:60", "<CET-1", ":Europe/Berlin"}) {
    EXPECT_FALSE(PosixZone::parse(rule)) << rule;
  }
}

}  // namespace
}  // namespace kith
