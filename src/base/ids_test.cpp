#include "base/ids.hpp"

#include <set>
#include <thread>
#include <unordered_set>
#include <vector>

#include <gtest/gtest.h>

namespace kith {
namespace {

constexpr std::string_view sample = "0190b5a2-7c3d-7e4f-8a5b-6c7d8e9fa0b1";

TEST(Ids, TextRoundTrips) {
  const auto id = ContactId::parse(sample);
  ASSERT_TRUE(id);
  EXPECT_EQ(id->to_string(), sample);
  EXPECT_EQ(id->uuid.data[0], 0x01);
  EXPECT_EQ(id->uuid.data[15], 0xB1);
}

TEST(Ids, UpperCaseIsReadAndWrittenLower) {
  const auto id = ContactId::parse("0190B5A2-7C3D-7E4F-8A5B-6C7D8E9FA0B1");
  ASSERT_TRUE(id);
  EXPECT_EQ(id->to_string(), sample);
}

class IdRefused : public testing::TestWithParam<std::string_view> {};

TEST_P(IdRefused, IsNotParsed) { EXPECT_FALSE(Uuid::parse(GetParam())) << GetParam(); }

INSTANTIATE_TEST_SUITE_P(
    Texts, IdRefused,
    testing::Values("", "1", "0190b5a27c3d7e4f8a5b6c7d8e9fa0b1",
                    "{0190b5a2-7c3d-7e4f-8a5b-6c7d8e9fa0b1}", "0190b5a2-7c3d-7e4f-8a5b-6c7d8e9fa0b",
                    "0190b5a2-7c3d-7e4f-8a5b-6c7d8e9fa0b12", "0190b5a2-7c3d-7e4f-8a5b-6c7d8e9fa0bg",
                    "0190b5a2_7c3d-7e4f-8a5b-6c7d8e9fa0b1", "0190b5a-27c3d-7e4f-8a5b-6c7d8e9fa0b1",
                    "0190b5a2-7c3d-7e4f-8a5b-6c7d8e9fa0-1", "0190b5a2-7c3d-7e4f-8a5b 6c7d8e9fa0b1",
                    std::string_view("0190b5a2-7c3d-7e4f-8a5b-6c7d8e9fa0b\0", 36),
                    "0190b5a2-7c3d-7e4f-8a5b-6c7d8e9fa0é"));

TEST(Ids, Version7CarriesTimeVersionAndVariant) {
  const Uuid uuid = Uuid::make_v7({1'700'000'000'123'999});
  std::uint64_t millis = 0;
  for (std::size_t i = 0; i < 6; ++i) millis = millis << 8 | uuid.data[i];
  EXPECT_EQ(millis, 1'700'000'000'123U);
  EXPECT_EQ(uuid.version(), 7);
  EXPECT_EQ((uuid.data[6] & 0x0F) << 8 | uuid.data[7], 4091) << "999/1000 of 4096";
  EXPECT_EQ(uuid.data[8] >> 6, 2);
}

TEST(Ids, MadeLaterSortLater) {
  std::string text_before;
  Uuid before{};
  for (std::int64_t millis = 1; millis < (std::int64_t{1} << 47); millis *= 3) {
    const Uuid uuid = Uuid::make_v7({millis * 1000});
    std::string text;
    uuid.append_to(text);
    EXPECT_LT(before, uuid);
    EXPECT_LT(text_before, text);
    EXPECT_LT(before.bytes(), uuid.bytes());
    before = uuid;
    text_before = text;
  }
}

TEST(Ids, MadeAMicrosecondLaterSortLater) {
  Uuid before{};
  for (std::int64_t micros = 1'700'000'000'000'000; micros % 10'000 < 2'000; ++micros) {
    const Uuid uuid = Uuid::make_v7({micros});
    EXPECT_LT(before, uuid) << micros;
    before = uuid;
  }
}

TEST(Ids, AreDifferentEachTimeOnEachThread) {
  constexpr std::size_t per_thread = 5000;
  std::vector<std::vector<Uuid>> made(4);
  std::vector<std::thread> threads;
  for (auto& mine : made) {
    threads.emplace_back([&mine] {
      for (std::size_t i = 0; i < per_thread; ++i) mine.push_back(Uuid::make_v7({1'000'000}));
    });
  }
  for (auto& thread : threads) thread.join();
  std::set<Uuid> all;
  for (const auto& mine : made) all.insert(mine.begin(), mine.end());
  EXPECT_EQ(all.size(), made.size() * per_thread);
}

TEST(Ids, BytesAreTheUuid) {
  const auto uuid = Uuid::parse(sample);
  ASSERT_TRUE(uuid);
  EXPECT_EQ(uuid->bytes(), std::string_view("\x01\x90\xb5\xa2\x7c\x3d\x7e\x4f"
                                            "\x8a\x5b\x6c\x7d\x8e\x9f\xa0\xb1"));
}

TEST(Ids, HashSpreadsIdsOfOneMoment) {
  std::unordered_set<std::size_t> hashes;
  for (int i = 0; i < 1000; ++i) hashes.insert(std::hash<AccountId>{}(AccountId::make({0})));
  EXPECT_EQ(hashes.size(), 1000U);
}

TEST(Ids, OfDifferentKindsAreDifferentTypes) {
  static_assert(!std::is_convertible_v<AccountId, ContactId>);
  static_assert(!std::is_constructible_v<ContactId, AccountId>);
}

}  // namespace
}  // namespace kith
