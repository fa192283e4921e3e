#include "http/connection_counts.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/limits.hpp"

namespace kith::http {
namespace {

namespace ip = boost::asio::ip;

/// Returns how many of `wanted` concurrent connections from `client` are accepted.
std::size_t admitted(ConnectionCounts& counts, const std::string& client, std::size_t wanted) {
  std::vector<ConnectionCounts::Place> places;
  for (std::size_t i = 0; i < wanted; ++i) {
    if (auto place = counts.take(ip::make_address(client))) places.push_back(*std::move(place));
  }
  return places.size();
}

TEST(ConnectionCounts, AreLimitedByAddress) {
  const TrustedProxies none;
  ConnectionCounts counts(3, none);
  EXPECT_EQ(admitted(counts, "192.0.2.1", 5), 3U);
  EXPECT_EQ(counts.refused_by_address(), 2U);
  EXPECT_EQ(counts.open(), 0U) << "places are released";
  const auto held = counts.take(ip::make_address("192.0.2.1"));
  EXPECT_EQ(admitted(counts, "192.0.2.1", 5), 2U);
  EXPECT_EQ(admitted(counts, "::ffff:192.0.2.1", 5), 2U) << "the same address, mapped";
  EXPECT_EQ(admitted(counts, "192.0.2.2", 5), 3U);
  EXPECT_EQ(admitted(counts, "127.0.0.1", 5), 3U) << "loopback is no exception";
  EXPECT_EQ(counts.refused_in_all(), 0U);
}

TEST(ConnectionCounts, TreatAnIpv6NetworkAsOneAddress) {
  const TrustedProxies none;
  ConnectionCounts counts(2, none);
  const auto first = counts.take(ip::make_address("2001:db8:1:2::1"));
  const auto second = counts.take(ip::make_address("2001:db8:1:2:ffff::9"));
  EXPECT_TRUE(first && second);
  EXPECT_FALSE(counts.take(ip::make_address("2001:db8:1:2::3")));
  EXPECT_TRUE(counts.take(ip::make_address("2001:db8:1:3::1")));
}

TEST(ConnectionCounts, DoNotLimitTrustedProxies) {
  const auto proxies = TrustedProxies::parse("10.0.0.0/8,::1").value();
  ConnectionCounts counts(2, proxies);
  EXPECT_EQ(admitted(counts, "10.1.2.3", 100), 100U);
  EXPECT_EQ(admitted(counts, "::1", 100), 100U);
  EXPECT_EQ(admitted(counts, "11.1.2.3", 100), 2U);
}

TEST(ConnectionCounts, HaveNoLimitByAddressWhenItIsZero) {
  const TrustedProxies none;
  ConnectionCounts counts(0, none);
  EXPECT_EQ(admitted(counts, "192.0.2.1", 1000), 1000U);
}

TEST(ConnectionCounts, AreLimitedInTotal) {
  const auto proxies = TrustedProxies::parse("10.0.0.0/8").value();
  ConnectionCounts counts(2, proxies);
  EXPECT_EQ(admitted(counts, "10.1.2.3", limits::connections_max + 3), limits::connections_max);
  EXPECT_EQ(counts.refused_in_all(), 3U);
}

}  // namespace
}  // namespace kith::http
