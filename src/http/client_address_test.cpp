#include "http/client_address.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/limits.hpp"

namespace kith::http {
namespace {

struct Row {
  const char* name;
  const char* trusted;
  const char* peer;
  std::vector<Header> headers;
  const char* client;
  const char* header = "X-Forwarded-For";
};

class ClientOf : public testing::TestWithParam<Row> {};

TEST_P(ClientOf, IsTheNearestHopThatIsNotATrustedProxy) {
  const Row& row = GetParam();
  Request request;
  request.headers = row.headers;
  const auto header = ClientAddressHeader::parse(row.header).value();
  EXPECT_EQ(TrustedProxies::parse(row.trusted)->client_of(row.peer, request, header), row.client)
      << row.name;
}

constexpr const char* proxy = "10.0.0.1";
constexpr const char* proxies = "10.0.0.0/8";

Row one(const char* name, const char* value, const char* client,
        const char* header = "X-Forwarded-For") {
  return {name, proxies, proxy, {{header, value}}, client, header};
}

INSTANTIATE_TEST_SUITE_P(
    Hops, ClientOf,
    testing::Values(
        Row{"ignores the header without proxies",
            "",
            proxy,
            {{"X-Forwarded-For", "192.0.2.1"}},
            proxy},
        Row{"ignores the header of an untrusted peer",
            proxies,
            "192.0.2.9",
            {{"X-Forwarded-For", "192.0.2.1"}},
            "192.0.2.9"},
        one("takes the hop of one proxy", "192.0.2.1", "192.0.2.1"),
        one("ignores a forged hop further left", "198.51.100.7, 192.0.2.1", "192.0.2.1"),
        one("passes over two proxies", "192.0.2.1, 10.1.2.3", "192.0.2.1"),
        Row{"reads two lines as one list",
            proxies,
            proxy,
            {{"X-Forwarded-For", "192.0.2.1"}, {"x-forwarded-for", "10.1.2.3"}},
            "192.0.2.1"},
        Row{"ignores a forged line before the proxy's",
            proxies,
            proxy,
            {{"X-Forwarded-For", "198.51.100.7"}, {"X-Forwarded-For", "192.0.2.1"}},
            "192.0.2.1"},
        Row{"falls back to the peer", proxies, proxy, {}, proxy},
        Row{"ignores Forwarded when X-Forwarded-For is named",
            proxies,
            proxy,
            {{"X-Forwarded-For", "192.0.2.1"}, {"Forwarded", "for=198.51.100.7"}},
            "192.0.2.1"},
        Row{"ignores Forwarded when the named header is missing",
            proxies,
            proxy,
            {{"Forwarded", "for=198.51.100.7"}, {"X-Real-IP", "198.51.100.8"}},
            proxy},
        Row{"ignores X-Forwarded-For when Forwarded is named",
            proxies,
            proxy,
            {{"Forwarded", "for=192.0.2.1"}, {"X-Forwarded-For", "198.51.100.7"}},
            "192.0.2.1",
            "Forwarded"},
        Row{"reads X-Real-IP alone when that is named",
            proxies,
            proxy,
            {{"X-Forwarded-For", "198.51.100.7"}, {"X-Real-IP", "192.0.2.1"}},
            "192.0.2.1",
            "x-real-ip"},
        one("stops at unknown", "198.51.100.7, unknown", proxy),
        one("stops at an obfuscated identifier", "198.51.100.7, _hidden", proxy),
        one("stops at unknown behind a proxy", "198.51.100.7, unknown, 10.1.2.3", "10.1.2.3"),
        one("stops at garbage", "192.0.2.1 192.0.2.2", proxy),
        one("stops at a host name", "example.org:80", proxy),
        one("stops at a number that is not an address", "192.0.2", proxy),
        one("stops at a port that is not one", "192.0.2.1:http", proxy),
        one("stops at an open bracket", "[2001:db8::1", proxy),
        one("stops at text behind a bracket", "[2001:db8::1]x", proxy),
        one("stops at IPv4 in brackets", "[192.0.2.1]", proxy),
        one("stops at a zone", "fe80::1%1", proxy),
        one("skips empty elements", "192.0.2.1,, ,", "192.0.2.1"),
        one("falls back on an empty header", " , ", proxy),
        one("takes the last of proxies alone", "10.0.0.7", "10.0.0.7"),
        one("reads a port", "192.0.2.1:4711", "192.0.2.1"),
        one("reads IPv6", "2001:db8::1", "2001:db8::1"),
        one("reads brackets and a port", "[2001:db8::1]:4711", "2001:db8::1"),
        one("reads mapped IPv4 as IPv4", "::ffff:192.0.2.1", "192.0.2.1"),
        one("reads quotes", "\"192.0.2.1\"", "192.0.2.1"),
        one("reads the parameters of Forwarded",
            "for=198.51.100.7;proto=https, For=\"[2001:db8::1]:4711\";by=x", "2001:db8::1",
            "Forwarded"),
        one("reads an obfuscated port", "for=\"192.0.2.1:_p\"", "192.0.2.1", "Forwarded"),
        one("reads quoted separators", "by=\"a,b;for=198.51.100.7\";for=192.0.2.1", "192.0.2.1",
            "Forwarded"),
        one("stops at an element without for", "for=198.51.100.7, proto=https", proxy, "Forwarded"),
        one("stops at an element with two", "for=198.51.100.7;for=192.0.2.1", proxy, "Forwarded"),
        one("is not fooled by an open quote", "for=198.51.100.7;by=\", for=192.0.2.1", "192.0.2.1",
            "Forwarded"),
        one("stops at an open quote behind a proxy", "for=\"198.51.100.7, for=10.1.2.3", "10.1.2.3",
            "Forwarded"),
        one("reads an escaped quote", "by=\"a\\\",b\";for=192.0.2.1", "192.0.2.1", "Forwarded"),
        Row{"knows a mapped peer",
            proxies,
            "::ffff:10.0.0.1",
            {{"X-Forwarded-For", "192.0.2.1"}},
            "192.0.2.1"}));

TEST(ClientOf, ReadsABoundedNumberOfHops) {
  std::string hops = "192.0.2.1";
  for (std::size_t i = 1; i < limits::forwarded_hops_max; ++i) hops += ",10.0.0.2";
  const auto client_of = [](const std::string& value) {
    Request request;
    request.headers = {{"X-Forwarded-For", value}};
    return TrustedProxies::parse(proxies)->client_of(proxy, request, {});
  };
  EXPECT_EQ(client_of(hops), "192.0.2.1");
  EXPECT_EQ(client_of(hops + ",10.0.0.2"), "10.0.0.2") << "one hop too many";
}

TEST(ClientAddressHeader, IsAHeaderName) {
  for (const char* text : {"X-Forwarded-For", "Forwarded", "X-Real-IP", "CF-Connecting-IP"}) {
    EXPECT_TRUE(ClientAddressHeader::parse(text)) << text;
  }
  const std::string too_long(limits::header_name_bytes_max + 1, 'x');
  for (const char* text :
       {"", "X-Forwarded-For, Forwarded", "X Real", "X:", "Für", too_long.c_str()}) {
    EXPECT_FALSE(ClientAddressHeader::parse(text)) << text;
  }
}

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
