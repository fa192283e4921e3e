#include "app/sharing.hpp"

#include <exception>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <spdlog/spdlog.h>

#include "cache/redis/connection.hpp"

namespace kith::app {

namespace redis = cache::redis;

Sharing::Sharing(const redis::Url& url, accounts::PrincipalEpoch& epoch)
    : url_(url), epoch_(epoch), health_(url.place()) {}

void Sharing::start(boost::asio::any_io_executor loop) {
  invalidation_ = std::make_shared<redis::Invalidation>(
      std::move(loop), server(), [this] { epoch_.fetch_add(1, std::memory_order_release); });
  invalidation_->start();
}

void Sharing::stop() { invalidation_->stop(); }

LoopSharing::LoopSharing(boost::asio::any_io_executor loop, Sharing& sharing)
    : link_(std::make_shared<redis::Link>(loop, sharing.server())),
      buckets_(link_),
      principals_(loop, link_, sharing.trust()) {}

void check_redis(const redis::Url& url) {
  boost::asio::io_context loop(1);
  const auto connection = std::make_shared<redis::Connection>(loop.get_executor());
  auto opened =
      boost::asio::co_spawn(loop, redis::open_in_time(connection, url, redis::command({"PING"})),
                            boost::asio::use_future);
  loop.run();
  opened.get();
}

void tell_instances(const redis::Url& url, AccountId account) {
  if (url.empty()) return;
  try {
    redis::announce(url, account);
  } catch (const std::exception& failed) {
    spdlog::warn(
        "redis: invalidation failed, instances notice the change within 1 s server=\"{}\": {}",
        url.place(), failed.what());
  }
}

}  // namespace kith::app
