#include "store/postgres/url.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kith::store::postgres {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(PostgresUrl, IsWhatLibpqReads) {
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

TEST(PostgresUrl, IsRefusedWithoutBeingRepeated) {
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

}  // namespace
}  // namespace kith::store::postgres
