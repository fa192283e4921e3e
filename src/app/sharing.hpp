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

/// What this process shares with others through Redis. Declared before the loops' contexts are run
/// and gone after them.
class Sharing {
 public:
  /// REQUIRES: `epoch` outlives the loops' run; `url` is not empty.
  Sharing(const cache::redis::Url& url, accounts::PrincipalEpoch& epoch);

  cache::redis::Server server() { return {url_, health_}; }
  cache::redis::Trust& trust() { return trust_; }
  const cache::Health& health() const { return health_; }

  /// Hears on that loop what others say.
  void start(boost::asio::any_io_executor loop);

  /// To be called on that loop: it runs out of work.
  void stop();

 private:
  cache::redis::Url url_;
  accounts::PrincipalEpoch& epoch_;
  cache::Health health_;
  cache::redis::Trust trust_;
  std::shared_ptr<cache::redis::Invalidation> invalidation_;
};

/// The part of one loop.
class LoopSharing {
 public:
  LoopSharing(boost::asio::any_io_executor loop, Sharing& sharing);

  cache::SharedBuckets* buckets() { return &buckets_; }
  cache::SharedPrincipals* principals() { return &principals_; }

  void start() { link_->start(); }

  /// To be called when nobody is served any more.
  void stop() { link_->stop(); }

 private:
  std::shared_ptr<cache::redis::Link> link_;
  cache::redis::Buckets buckets_;
  cache::redis::Principals principals_;
};

/// Connects to Redis and waits for its answer; for commands. Throws when Redis cannot be used.
void check_redis(const cache::redis::Url& url);

/// Has all instances ask the database for the account's rights again, if there is a Redis to tell
/// them by; for commands. Without it they notice within `limits::principal_recheck_interval`.
void tell_instances(const cache::redis::Url& url, AccountId account);

}  // namespace kith::app
