#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <unordered_map>

#include <boost/asio/any_io_executor.hpp>

#include "base/ids.hpp"
#include "base/task.hpp"
#include "store/completion.hpp"

namespace kith::store::postgres {

/// Serializes the writes of an account in order of arrival. In the database they would wait for the
/// same row, each holding a connection.
///
/// REQUIRES: used only on its loop.
class AccountQueue {
  struct State {
    boost::asio::any_io_executor loop;
    std::unordered_map<AccountId, std::deque<Completion<bool>>> waiting;
    std::size_t count = 0;
  };

 public:
  /// An account's turn. Its destruction passes the turn to the next waiter.
  class Turn {
   public:
    Turn(std::weak_ptr<State> state, AccountId account)
        : state_(std::move(state)), account_(account) {}
    Turn(Turn&&) = default;
    Turn& operator=(Turn&&) = delete;
    ~Turn();

   private:
    std::weak_ptr<State> state_;
    AccountId account_;
  };

  explicit AccountQueue(boost::asio::any_io_executor loop)
      : state_(std::make_shared<State>(State{std::move(loop), {}, 0})) {}

  /// Waits for the account's turn. Returns nothing when too many waiters are queued, in total
  /// (`limits::write_queue_max`) or for this account (`limits::account_write_queue_max`).
  Task<std::optional<Turn>> take(AccountId account);

 private:
  std::shared_ptr<State> state_;
};

}  // namespace kith::store::postgres
