#include "http/client_address.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace kith::http {
namespace {

struct Hops {
  const char* name;
  const char* trusted;
  const char* peer;
  std::vector<Header> headers;
  const char* client;
};

class ClientOf : public testing::TestWithParam<Hops> {};

TEST_P(ClientOf, IsTheNearestThatIsNoProxyOfOurs) {
  const Hops& row = GetParam();
  Request request;
  request.headers = row.headers;
  EXPECT_EQ(TrustedProxies::parse(row.trusted)->client_of(row.peer, request), row.client)
      << row.name;
}

INSTANTIATE_TEST_SUITE_P(
    Hops, ClientOf,
    testing::Values(
        Hops{"nobody is trusted", "", "10.0.0.1", {{"X-Forwarded-For", "192.0.2.1"}}, "10.0.0.1"},
        Hops{"a stranger's word",
             "10.0.0.0/8",
             "192.0.2.9",
             {{"X-Forwarded-For", "192.0.2.1"}},
             "192.0.2.9"},
        Hops{
            "one proxy", "10.0.0.0/8", "10.0.0.1", {{"X-Forwarded-For", "192.0.2.1"}}, "192.0.2.1"},
        Hops{"a made-up hop further left",
             "10.0.0.0/8",
             "10.0.0.1",
             {{"X-Forwarded-For", "198.51.100.7, 192.0.2.1"}},
             "192.0.2.1"},
        Hops{"two proxies",
             "10.0.0.0/8",
             "10.0.0.1",
             {{"X-Forwarded-For", "192.0.2.1, 10.1.2.3"}},
             "192.0.2.1"},
        Hops{"two lines",
             "10.0.0.0/8",
             "10.0.0.1",
             {{"X-Forwarded-For", "192.0.2.1"}, {"x-forwarded-for", "10.1.2.3"}},
             "192.0.2.1"},
        Hops{"nothing was said", "10.0.0.0/8", "10.0.0.1", {}, "10.0.0.1"},
        Hops{"nonsense", "10.0.0.0/8", "10.0.0.1", {{"X-Forwarded-For", "unknown"}}, "10.0.0.1"},
        Hops{"nothing but proxies",
             "10.0.0.0/8",
             "10.0.0.1",
             {{"X-Forwarded-For", "10.0.0.7"}},
             "10.0.0.7"},
        Hops{"with a port",
             "127.0.0.1",
             "127.0.0.1",
             {{"X-Forwarded-For", "192.0.2.1:4711"}},
             "192.0.2.1"},
        Hops{"IPv6", "::1", "::1", {{"X-Forwarded-For", "2001:db8::1"}}, "2001:db8::1"},
        Hops{"Forwarded",
             "127.0.0.0/8",
             "127.0.0.1",
             {{"Forwarded", "for=198.51.100.7;proto=https, For=\"[2001:db8::1]:4711\";by=x"}},
             "2001:db8::1"},
        Hops{"IPv4 in IPv6",
             "10.0.0.0/8",
             "::ffff:10.0.0.1",
             {{"X-Forwarded-For", "192.0.2.1"}},
             "192.0.2.1"}));

TEST(TrustedProxies, AreNetworks) {
  for (const char* text : {"", "127.0.0.1", "10.0.0.0/8, fd00::/8", "0.0.0.0/0", "::1/128"}) {
    EXPECT_TRUE(TrustedProxies::parse(text)) << text;
  }
  for (const char* text : {"proxy", "10.0.0.0/33", "10.0.0/8", "10.0.0.0/", "::/129", ",", "1,2"}) {
    EXPECT_FALSE(TrustedProxies::parse(text)) << text;
  }
}

}  // namespace
}  // namespace kith::http
