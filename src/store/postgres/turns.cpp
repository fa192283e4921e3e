#include "store/postgres/turns.hpp"

#include <utility>

#include <boost/asio/post.hpp>

#include "base/limits.hpp"

namespace kith::store::postgres {

Task<std::optional<Turns::Turn>> Turns::take(AccountId account) {
  const auto state = state_;
  const auto [found, is_first] = state->waiting.try_emplace(account);
  if (!is_first) {
    if (state->count >= limits::write_queue_max) co_return std::nullopt;
    ++state->count;
    co_await wait_for<bool>(state->loop, [&queue = found->second](Completion<bool> done) {
      queue.push_back(std::move(done));
    });
  }
  co_return Turn(state, account);
}

Turns::Turn::~Turn() {
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
