#pragma once

#include <atomic>
#include <chrono>
#include <memory>

#include <boost/asio/any_io_executor.hpp>

#include "cache/principals.hpp"
#include "cache/redis/link.hpp"

namespace kith::cache::redis {

/// The channel on which instances announce that an account's rights have changed.
inline constexpr std::string_view invalidation_channel = "kith:principals";

/// Whether this process may trust entries in Redis; shared by its loops. It must not while an
/// invalidation is unconfirmed, and after a failed invalidation not until all older entries have
/// expired.
class Trust {
 public:
  bool holds() const;

  void begin_telling() { telling_.fetch_add(1, std::memory_order_release); }
  void end_telling(bool arrived);

 private:
  using Steady = std::chrono::steady_clock;
  std::atomic<int> telling_ = 0;
  std::atomic<Steady::rep> doubted_until_ = 0;
};

/// Principals in Redis. Each account has a random mark (`kith:mark:ACCOUNT`), which lookups create
/// and invalidations remove. An entry (`kith:principal:ACCOUNT/SESSION`) is valid only under the
/// mark that existed before the database was read. So an entry read before a change is never valid
/// after it, whenever it is written (ADR 15).
class Principals : public SharedPrincipals {
 public:
  /// REQUIRES: `trust` outlives this.
  Principals(boost::asio::any_io_executor loop, std::shared_ptr<Link> link, Trust& trust)
      : loop_(std::move(loop)), link_(std::move(link)), trust_(trust) {}

  Task<SharedPrincipal> find(AccountId account, SessionId session) override;
  void keep(AccountId account, SessionId session, const SharedPrincipal& found,
            std::string value) override;
  void forget(AccountId account) override;

 private:
  boost::asio::any_io_executor loop_;
  std::shared_ptr<Link> link_;
  Trust& trust_;
};

/// Does what `Principals::forget` does, for commands without a loop: on its own connection, within
/// a second or two. Throws std::runtime_error, with a text for the log.
void announce(const Url& url, AccountId account);

}  // namespace kith::cache::redis
