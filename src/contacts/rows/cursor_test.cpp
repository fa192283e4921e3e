#include "contacts/rows/cursor.hpp"

#include <gtest/gtest.h>

#include "base/limits.hpp"

namespace kith::contacts {

namespace {

const CursorCodec codec("0123456789abcdef0123456789abcdef");
const AccountId ann = AccountId::make({1});
const ContactId contact = ContactId::make({1});

TEST(Cursor, RoundTrips) {
  for (const std::string& bytes :
       {std::string(), std::string("a\0\xff", 3), std::string(limits::sort_key_bytes_max, 'k')}) {
    for (const std::int64_t number : {INT64_C(0), INT64_C(-1), INT64_MAX, INT64_MIN}) {
      const std::string text = codec.encode(ann, "name", {number, bytes, contact});
      ASSERT_LE(text.size(), limits::cursor_bytes_max);
      const auto position = codec.decode(ann, "name", text);
      ASSERT_TRUE(position);
      EXPECT_EQ(position->number, number);
      EXPECT_EQ(position->key, bytes);
      EXPECT_EQ(position->id, contact);
    }
  }
}

TEST(Cursor, IsValidOnlyForItsAccountAndQuery) {
  const std::string text = codec.encode(ann, "name", {1, "k", contact});
  EXPECT_FALSE(codec.decode(AccountId::make({1}), "name", text));
  EXPECT_FALSE(codec.decode(ann, "created", text));
  EXPECT_FALSE(CursorCodec("another key").decode(ann, "name", text));
  EXPECT_TRUE(codec.decode(ann, "name", text));
}

TEST(Cursor, StaysValidWithThePreviousKey) {
  const std::string text = codec.encode(ann, "name", {1, "k", contact});
  const CursorCodec next("another key", "0123456789abcdef0123456789abcdef");
  EXPECT_EQ(next.decode(ann, "name", text)->number, 1);
  EXPECT_FALSE(next.decode(ann, "created", text));
  EXPECT_TRUE(next.decode(ann, "name", next.encode(ann, "name", {1, "k", contact})));
  EXPECT_FALSE(CursorCodec("a third key", "another key").decode(ann, "name", text));
  EXPECT_FALSE(CursorCodec("another key", "").decode(ann, "name", text));
}

TEST(Cursor, IsRefusedIfModifiedAnywhere) {
  const std::string text = codec.encode(ann, "name", {1, "k", contact});
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    const auto position = codec.decode(ann, "name", changed);
    ASSERT_FALSE(position) << i;
    EXPECT_EQ(position.error().code, Errc::malformed);
    EXPECT_FALSE(codec.decode(ann, "name", text.substr(0, i))) << i;
  }
  EXPECT_FALSE(codec.decode(ann, "name", text + "A"));
  EXPECT_FALSE(codec.decode(ann, "name", "%%%"));
}

}  // namespace

}  // namespace kith::contacts
