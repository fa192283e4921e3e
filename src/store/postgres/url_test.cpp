#include "store/postgres/url.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kith::store::postgres {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(PostgresUrl, IsReadAsLibpqReadsIt) {
  const auto url = Url::parse("postgres://ann:s%40cret@db.example.org:6432/kith?sslmode=require");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->parameters.at("password"), "s@cret");
  EXPECT_EQ(url->parameters.at("sslmode"), "require");
  EXPECT_EQ(url->place(), "db.example.org port 6432 database kith");
  for (const char* text : {"postgresql:///kith?host=/run/postgresql", "postgres://",
                           "postgres://a:1,b:2/kith?target_session_attrs=read-write"}) {
    EXPECT_TRUE(Url::parse(text)) << text;
  }
}

TEST(PostgresUrl, ErrorsDoNotShowIt) {
  for (const char* text : {"", "oracle://x", "host=a password=secret", "postgres://u:secret@[::1/x",
                           "postgres://u:se%zzcret@h/x", "postgres://u:secret@h/x?nonsense=1",
                           "postgres://u:sec@ret@h/x", "postgres://u:sec/ret@h/x"}) {
    const auto url = Url::parse(text);
    ASSERT_FALSE(url) << text;
    EXPECT_THAT(std::string(url.error()), Not(HasSubstr("sec"))) << text;
  }
}

TEST(PostgresUrl, IsShownWithoutItsPasswords) {
  const auto masked = [](const char* text) { return Url::parse(text).value().masked(); };
  EXPECT_EQ(masked("postgres://ann:secret@h:1/kith"), "postgres://ann:********@h:1/kith");
  EXPECT_EQ(masked("postgres://ann@h/kith"), "postgres://ann@h/kith");
  EXPECT_EQ(masked("postgres://h:1/kith?user=ann&password=secret&sslmode=require"),
            "postgres://h:1/kith?user=ann&password=********&sslmode=require");
  EXPECT_EQ(masked("postgres://h/kith?password=secret"), "postgres://h/kith?password=********");
}

struct PreferRow {
  const char* url;
  const char* host;
  const char* port;
  const char* hosts;
  const char* ports;
};

TEST(PostgresUrl, BeginsWithTheHostThatResponded) {
  const PreferRow rows[] = {
      {"postgres://a:1,b:2,c:3/kith", "b", "2", "b,c,a", "2,3,1"},
      {"postgres://a:1,b:2/kith", "a", "1", "a,b", "1,2"},
      {"postgres://a:1,a:2/kith", "a", "2", "a,a", "2,1"},
      {"postgres://a,b:2,c/kith", "c", "5432", "c,a,b", ",,2"},
      {"postgres://a:1,b:2/kith", "elsewhere", "1", "a,b", "1,2"},
      {"postgres:///kith?host=a,b&port=6432", "b", "6432", "b,a", "6432"},
      {"postgres://a:1/kith", "a", "1", "a", "1"},
  };
  for (const PreferRow& row : rows) {
    Url url = Url::parse(row.url).value();
    url.prefer(row.host, row.port);
    EXPECT_EQ(url.parameters.at("host"), row.hosts) << row.url;
    EXPECT_EQ(url.parameters.at("port"), row.ports) << row.url;
  }
}

TEST(PostgresUrl, KeepsAddressesWithTheirHosts) {
  Url url = Url::parse("postgres:///kith?host=a,b&hostaddr=10.0.0.1,10.0.0.2&port=1,2").value();
  url.prefer("b", "2");
  EXPECT_EQ(url.parameters.at("hostaddr"), "10.0.0.2,10.0.0.1");
  url.parameters.erase("host");
  url.prefer("10.0.0.1", "1");
  EXPECT_EQ(url.parameters.at("hostaddr"), "10.0.0.1,10.0.0.2");
  Url nowhere = Url::parse("postgres:///kith").value();
  nowhere.prefer("/run/postgresql", "5432");
  EXPECT_FALSE(nowhere.parameters.contains("host"));
}

}  // namespace
}  // namespace kith::store::postgres
