#include "idempotency/idempotency_store.hpp"

#include <cstdint>
#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace kith::idempotency {
namespace {

http::KeyedRequest request(std::uint8_t account, std::string key_hash) {
  http::KeyedRequest request;
  request.key_hash = std::move(key_hash);
  request.account.uuid.data[0] = account;
  return request;
}

TEST(EndedKeys, AreCountedPerAccount) {
  EndedKeys ended;
  ended.add(request(1, "hash"));
  EXPECT_FALSE(ended.take(request(2, "hash"))) << "another account may use the same key";
  EXPECT_FALSE(ended.take(request(1, "other")));
  EXPECT_TRUE(ended.take(request(1, "hash")));
  EXPECT_FALSE(ended.take(request(1, "hash"))) << "taken once";
}

}  // namespace
}  // namespace kith::idempotency
