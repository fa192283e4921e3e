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

/// Lets the writes of an account pass one after the other, in the order in which they came: in the
/// database they would wait for the same row, each with a connection to itself.
///
/// REQUIRES: used on its loop alone.
class AccountQueue {
  struct State {
    boost::asio::any_io_executor loop;
    std::unordered_map<AccountId, std::deque<Completion<bool>>> waiting;
    std::size_t count = 0;
  };

 public:
  /// An account's turn; the next has it when this one goes.
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

  /// Waits for the account's turn. Nothing when too many are waiting, of all accounts or of this
  /// one
  /// (`limits::write_queue_max`, `limits::account_write_queue_max`).
  Task<std::optional<Turn>> take(AccountId account);

 private:
  std::shared_ptr<State> state_;
};

}  // namespace kith::store::postgres
