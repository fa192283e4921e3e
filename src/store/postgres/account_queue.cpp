#include "store/postgres/account_queue.hpp"

#include <utility>

#include <boost/asio/post.hpp>

#include "base/limits.hpp"
#include "store/store.hpp"

namespace kith::store::postgres {

Task<std::optional<AccountQueue::Turn>> AccountQueue::take(AccountId account) {
  // The state owns the waiting coroutines, so they must not own the state.
  const std::weak_ptr<State> kept = state_;
  const auto [found, is_first] = state_->waiting.try_emplace(account);
  if (!is_first) {
    const bool has_its_share =
        account != no_account && found->second.size() >= limits::account_write_queue_max;
    if (has_its_share || state_->count >= limits::write_queue_max) co_return std::nullopt;
    ++state_->count;
    co_await wait_for<bool>(state_->loop, [&queue = found->second](Completion<bool> done) {
      queue.push_back(std::move(done));
    });
  }
  co_return Turn(kept, account);
}

AccountQueue::Turn::~Turn() {
  const auto state = state_.lock();
  if (!state) return;
  const auto found = state->waiting.find(account_);
  if (found->second.empty()) {
    state->waiting.erase(found);
    return;
  }
  --state->count;
  boost::asio::post(state->loop,
                    [next = std::move(found->second.front())]() mutable { next(nullptr, true); });
  found->second.pop_front();
}

}  // namespace kith::store::postgres
