#include "cache/redis/url.hpp"

#include <gtest/gtest.h>

namespace kith::cache::redis {
namespace {

TEST(RedisUrl, IsReadFromItsText) {
  const auto all = Url::parse("redis://kith:p%40ss%2Fword@redis.example.org:6380/3");
  ASSERT_TRUE(all);
  EXPECT_EQ(all->host, "redis.example.org");
  EXPECT_EQ(all->port, "6380");
  EXPECT_EQ(all->user, "kith");
  EXPECT_EQ(all->password, "p@ss/word");
  EXPECT_EQ(all->database, 3);
  EXPECT_EQ(all->place(), "redis.example.org port 6380 database 3");
  const auto least = Url::parse("redis://127.0.0.1");
  ASSERT_TRUE(least);
  EXPECT_EQ(least->place(), "127.0.0.1 port 6379 database 0");
  EXPECT_EQ(least->password, "");
  EXPECT_EQ(Url::parse("redis://:secret@[::1]:1/")->host, "::1");
  EXPECT_EQ(Url::parse("redis://:secret@[::1]:1/")->password, "secret");
  EXPECT_TRUE(Url::parse("")->empty());
}

TEST(RedisUrl, RefusesInvalidUrls) {
  for (const char* text :
       {"redis", "redis:", "redis://", "http://host", "redis://host/x", "redis://host/-1",
        "redis://host/0?a=b", "redis://host/0#x", "redis://host:x", "redis://kith@host",
        "redis:///run/redis.sock", "unix:///run/redis.sock", "redis://:se cret@host"}) {
    EXPECT_FALSE(Url::parse(text)) << text;
  }
}

TEST(RedisUrl, RefusesTlsWithAnExplanation) {
  const auto refused = Url::parse("rediss://:secret@host");
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().contains("stunnel")) << refused.error();
}

TEST(RedisUrl, HidesItsPassword) {
  EXPECT_EQ(Url::parse("redis://:secret@host")->masked(), "redis://:********@host:6379/0");
  EXPECT_EQ(Url::parse("redis://me:secret@[::1]:1/2")->masked(), "redis://me:********@[::1]:1/2");
  EXPECT_EQ(Url::parse("redis://host/2")->masked(), "redis://host/2");
  EXPECT_EQ(Url::parse("")->masked(), "");
}

}  // namespace
}  // namespace kith::cache::redis
