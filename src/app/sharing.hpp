#pragma once

#include <memory>
#include <optional>

#include <boost/asio/any_io_executor.hpp>

#include "accounts/sessions.hpp"
#include "cache/redis/buckets.hpp"
#include "cache/redis/invalidation.hpp"
#include "cache/redis/link.hpp"
#include "cache/redis/principals.hpp"

namespace kith::app {

/// The state that this process shares with other instances through Redis. Created before the loops'
/// contexts run, and destroyed after they have ended.
class Sharing {
 public:
  /// REQUIRES: `epoch` outlives the loops' run; `url` is not empty.
  Sharing(const cache::redis::Url& url, accounts::PrincipalEpoch& epoch);

  cache::redis::Server server() { return {url_, health_}; }
  cache::redis::Trust& trust() { return trust_; }
  const cache::Health& health() const { return health_; }

  /// Subscribes to the messages of other instances, on that loop.
  void start(boost::asio::any_io_executor loop);

  /// Ends the subscription, so that the loop runs out of work. Called on that loop.
  void stop();

 private:
  cache::redis::Url url_;
  accounts::PrincipalEpoch& epoch_;
  cache::Health health_;
  cache::redis::Trust trust_;
  std::shared_ptr<cache::redis::Invalidation> invalidation_;
};

/// The part of a single loop.
class LoopSharing {
 public:
  LoopSharing(boost::asio::any_io_executor loop, Sharing& sharing);

  cache::SharedBuckets* buckets() { return &buckets_; }
  cache::SharedPrincipals* principals() { return &principals_; }

  void start() { link_->start(); }

  /// Called when no connection is served any more.
  void stop() { link_->stop(); }

 private:
  std::shared_ptr<cache::redis::Link> link_;
  cache::redis::Buckets buckets_;
  cache::redis::Principals principals_;
};

/// Connects to Redis and waits for its response; for commands. Throws when Redis cannot be used.
void check_redis(const cache::redis::Url& url);

/// Invalidates the account's cached principals on all instances if Redis is set; for commands.
/// Without Redis, instances notice the change within `limits::principal_recheck_interval`.
void tell_instances(const cache::redis::Url& url, AccountId account);

}  // namespace kith::app
