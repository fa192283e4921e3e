#include "contacts/search/indexes.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include "base/limits.hpp"
#include "store/completion.hpp"

namespace kith::contacts {

namespace {

/// The approximate overhead of an index in bytes: list node, map node and allocator.
constexpr std::size_t entry_bytes = 256;

}  // namespace

SearchIndexes::SearchIndexes(std::size_t bytes_max)
    : bytes_max_(bytes_max),
      threads_(limits::search_threads, limits::search_queue_max,
               "Too many searches of large accounts are queued. Try again shortly.") {}

SearchIndexPtr SearchIndexes::find(AccountId account) {
  const std::lock_guard lock(mutex_);
  const auto found = by_account_.find(account);
  if (found == by_account_.end()) return nullptr;
  by_use_.splice(by_use_.begin(), by_use_, found->second);
  return found->second->index;
}

void SearchIndexes::keep(AccountId account, SearchIndexPtr index) {
  std::vector<SearchIndexPtr> gone;  // freed after the lock is released
  const std::lock_guard lock(mutex_);
  if (const auto found = by_account_.find(account); found != by_account_.end()) {
    if (!index->is_newer_than(*found->second->index)) return;
    gone.push_back(found->second->index);
    erase(found->second);
  }
  bytes_ += index->bytes() + entry_bytes;
  by_use_.push_front({account, std::move(index)});
  by_account_[account] = by_use_.begin();
  while (bytes_ > bytes_max_ && by_use_.size() > 1) {
    gone.push_back(by_use_.back().index);
    erase(std::prev(by_use_.end()));
  }
}

void SearchIndexes::drop(AccountId account, const SearchIndexPtr& index) {
  const std::lock_guard lock(mutex_);
  const auto found = by_account_.find(account);
  if (found != by_account_.end() && found->second->index == index) erase(found->second);
}

void SearchIndexes::erase(std::list<Kept>::iterator kept) {
  bytes_ -= kept->index->bytes() + entry_bytes;
  by_account_.erase(kept->account);
  by_use_.erase(kept);
}

Task<Result<std::optional<SearchIndexes::Loading>>> SearchIndexes::begin_loading(
    AccountId account) {
  const auto loop = co_await boost::asio::this_coro::executor;
  const auto begin = [&](store::Completion<Role> done) {
    auto resume = [loop, done = std::move(done)](Role role) mutable {
      boost::asio::post(loop, [done = std::move(done), role]() mutable { done(nullptr, role); });
    };
    const std::lock_guard lock(mutex_);
    if (const auto found = loading_.find(account); found != loading_.end()) {
      found->second.emplace_back(
          [resume = std::move(resume)]() mutable { resume(Role::has_waited); });
      return;
    }
    const bool full = loading_.size() >= limits::search_loads_max;
    if (!full) loading_.try_emplace(account);
    resume(full ? Role::is_refused : Role::loads);
  };
  switch (co_await store::wait_for<Role>(loop, begin)) {
    case Role::loads: co_return std::optional<Loading>(std::in_place, *this, account);
    case Role::has_waited: co_return std::nullopt;
    case Role::is_refused: break;
  }
  co_return refuse(Errc::unavailable,
                   "Too many search indexes are being loaded. Try again shortly.");
}

void SearchIndexes::end_loading(AccountId account) {
  std::vector<Waiter> waiters;
  {
    const std::lock_guard lock(mutex_);
    ++loads_;
    waiters = std::move(loading_.extract(account).mapped());
  }
  for (Waiter& each : waiters) each();
}

SearchIndexes::Counts SearchIndexes::counts() const {
  const std::lock_guard lock(mutex_);
  return {.indexes = by_use_.size(), .bytes = bytes_, .loads = loads_};
}

}  // namespace kith::contacts
