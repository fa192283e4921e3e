#include "contacts/search/indexes.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>

#include "base/limits.hpp"

namespace kith::contacts {
namespace {

SearchIndexPtr index_at(std::int64_t revision) {
  return std::make_shared<const SearchIndex>(SearchBlock(), revision);
}

AccountId account(int number) { return AccountId::make({number}); }

TEST(SearchIndexes, KeepTheNewerIndex) {
  SearchIndexes indexes(1 << 20);
  const AccountId ann = account(1);
  EXPECT_EQ(indexes.find(ann), nullptr);
  indexes.keep(ann, index_at(5));
  indexes.keep(ann, index_at(4));
  EXPECT_EQ(indexes.find(ann)->revision(), 5);
  indexes.keep(ann, index_at(6));
  EXPECT_EQ(indexes.find(ann)->revision(), 6);
  indexes.drop(ann, index_at(6));
  EXPECT_TRUE(indexes.find(ann)) << "a different index";
  indexes.drop(ann, indexes.find(ann));
  EXPECT_EQ(indexes.find(ann), nullptr);
  EXPECT_EQ(indexes.counts().bytes, 0);
}

TEST(SearchIndexes, EvictTheLeastRecentlyUsed) {
  SearchIndexes one(1);
  one.keep(account(1), index_at(1));
  const std::size_t bytes = one.counts().bytes;
  SearchIndexes indexes(3 * bytes);
  const AccountId ids[] = {account(1), account(2), account(3), account(4)};
  for (int i = 0; i < 3; ++i) indexes.keep(ids[i], index_at(1));
  EXPECT_TRUE(indexes.find(ids[0]));
  indexes.keep(ids[3], index_at(1));
  EXPECT_TRUE(indexes.find(ids[0]));
  EXPECT_FALSE(indexes.find(ids[1]));
  EXPECT_EQ(indexes.counts().indexes, 3);
  EXPECT_EQ(indexes.counts().bytes, 3 * bytes);
}

TEST(SearchIndexes, KeepTheLastIndexHoweverLarge) {
  SearchIndexes indexes(1);
  indexes.keep(account(1), index_at(1));
  const AccountId last = account(2);
  indexes.keep(last, index_at(1));
  EXPECT_TRUE(indexes.find(last));
  EXPECT_EQ(indexes.counts().indexes, 1);
}

TEST(SearchIndexes, LoadAnAccountOnceWhileOthersWait) {
  boost::asio::io_context loop;
  SearchIndexes indexes(1 << 20);
  const AccountId ann = account(1);
  int waiting = 0;
  int went_on = 0;
  const auto others = [&]() -> Task<void> {
    ++waiting;
    const auto loading = co_await indexes.begin_loading(ann);
    EXPECT_TRUE(loading && !*loading);
    EXPECT_TRUE(indexes.find(ann)) << "it continued before everything was loaded";
    ++went_on;
  };
  const auto first = [&]() -> Task<void> {
    const auto loading = co_await indexes.begin_loading(ann);
    EXPECT_TRUE(loading && *loading);
    for (int i = 0; i < 3; ++i) boost::asio::co_spawn(loop, others(), boost::asio::detached);
    while (waiting < 3) co_await boost::asio::post(loop, boost::asio::use_awaitable);
    EXPECT_EQ(went_on, 0);
    indexes.keep(ann, index_at(1));
  };
  boost::asio::co_spawn(loop, first(), boost::asio::detached);
  loop.run();
  EXPECT_EQ(went_on, 3);
  EXPECT_EQ(indexes.counts().loads, 1);
}

TEST(SearchIndexes, LimitConcurrentLoads) {
  boost::asio::io_context loop;
  SearchIndexes indexes(1 << 20);
  const auto all = [&]() -> Task<void> {
    std::vector<SearchIndexes::Loading> loadings;
    for (std::size_t i = 0; i < limits::search_loads_max; ++i) {
      auto loading = co_await indexes.begin_loading(account(1));
      EXPECT_TRUE(loading && *loading);
      if (loading && *loading) loadings.push_back(**std::move(loading));
    }
    EXPECT_FALSE(co_await indexes.begin_loading(account(2)));
    loadings.pop_back();
    EXPECT_TRUE(co_await indexes.begin_loading(account(2)));
  };
  boost::asio::co_spawn(loop, all(), boost::asio::detached);
  loop.run();
}

}  // namespace
}  // namespace kith::contacts
