#pragma once

#include <atomic>
#include <chrono>
#include <memory>

#include <boost/asio/any_io_executor.hpp>

#include "cache/principals.hpp"
#include "cache/redis/link.hpp"

namespace kith::cache::redis {

/// Where instances hear of each other that an account's rights have changed.
inline constexpr std::string_view invalidation_channel = "kith:principals";

/// Whether this process' look-ups may believe Redis; shared by its loops. Not while it has told
/// Redis that something is void and does not know whether that has arrived, nor, when it has not,
/// until all that was kept before is gone by itself.
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

/// Principals in Redis. An account has a random mark (`kith:mark:ACCOUNT`), which look-ups make and
/// news of the account remove; an entry (`kith:principal:ACCOUNT/SESSION`) counts only under the
/// mark that was there before the database was read. So what was read before a change can never be
/// believed after it, whoever writes it when (ADR 15).
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

/// Does what `Principals::forget` does without a loop, for commands: on a connection of its own,
/// within a second or two. Throws std::runtime_error, with a text for the log.
void announce(const Url& url, AccountId account);

}  // namespace kith::cache::redis
