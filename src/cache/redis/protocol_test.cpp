#include "cache/redis/protocol.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

#include "base/limits.hpp"

namespace kith::cache::redis {

namespace {

TEST(RedisReader, ReadsRepliesHoweverTheyAreSplit) {
  const std::string_view bytes = ":7\r\n$3\r\nabc\r\n*2\r\n+OK\r\n-ERR no\r\n";
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    Reader reader;
    std::vector<Reply> replies;
    for (const std::string_view piece : {bytes.substr(0, cut), bytes.substr(cut)}) {
      reader.feed(piece);
      while (auto reply = reader.next()) replies.push_back(*std::move(reply));
    }
    ASSERT_EQ(replies.size(), 3U) << cut;
    EXPECT_EQ(replies[0].integer, 7);
    EXPECT_EQ(replies[1].text, "abc");
    EXPECT_TRUE(replies[2].items.at(1).is_error("ERR"));
  }
}

TEST(RedisReader, BoundsAReply) {
  Reader reader;
  reader.feed("$536870912\r\n");
  EXPECT_FALSE(reader.next());
  const std::string piece(16 * 1024, 'x');
  const auto fill = [&] {
    for (std::size_t sent = 0; sent < 2 * limits::redis_reply_bytes_max; sent += piece.size()) {
      reader.feed(piece);
      EXPECT_FALSE(reader.next());
    }
  };
  EXPECT_THROW(fill(), std::runtime_error);
}

TEST(RedisReader, BoundsAnArray) {
  Reader reader;
  reader.feed("*1000000000\r\n");
  EXPECT_THROW(reader.next(), std::runtime_error);
}

TEST(RedisReader, RefusesOtherProtocols) {
  Reader reader;
  reader.feed("HTTP/1.1 400 Bad Request\r\n\r\n");
  EXPECT_THROW(reader.next(), std::runtime_error);
}

}  // namespace

}  // namespace kith::cache::redis
