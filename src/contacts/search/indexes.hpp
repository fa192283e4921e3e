#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "base/workers.hpp"
#include "contacts/search/index.hpp"

namespace kith::contacts {

/// The search indexes of the most recent accounts, shared by all loops of the process. Evicts the
/// least recently used.
class SearchIndexes {
 public:
  /// Keeps at most `bytes_max` of indexes, but always the most recently used.
  explicit SearchIndexes(std::size_t bytes_max);

  /// Returns the index of an account; null when there is none.
  SearchIndexPtr find(AccountId account);

  /// Stores an index unless the cache has one of the same or a newer revision.
  void keep(AccountId account, SearchIndexPtr index);

  /// Removes `index` unless it has been replaced.
  void drop(AccountId account, const SearchIndexPtr& index);

  /// The right to load an account's index or to bring a large one up to date. Waiting requests for
  /// the same index continue when this object is destroyed.
  class Loading {
   public:
    Loading(SearchIndexes& indexes, AccountId account) : indexes_(&indexes), account_(account) {}
    Loading(Loading&& other) noexcept
        : indexes_(std::exchange(other.indexes_, nullptr)), account_(other.account_) {}
    Loading& operator=(Loading&&) = delete;
    ~Loading() {
      if (indexes_) indexes_->end_loading(account_);
    }

   private:
    SearchIndexes* indexes_;
    AccountId account_;
  };

  /// Waits for the right to load. Returns nullopt if another request has finished or failed the
  /// load meanwhile. Errors: `unavailable` when too many indexes are being loaded.
  Task<Result<std::optional<Loading>>> begin_loading(AccountId account);

  /// Returns the threads that run long searches.
  Workers& threads() { return threads_; }

  /// The counts for the metrics.
  struct Counts {
    std::size_t indexes;
    std::size_t bytes;
    std::uint64_t loads;
  };
  Counts counts() const;

 private:
  using Waiter = std::move_only_function<void()>;
  enum class Role : std::uint8_t { loads, has_waited, is_refused };
  struct Kept {
    AccountId account;
    SearchIndexPtr index;
  };

  void erase(std::list<Kept>::iterator kept);
  void end_loading(AccountId account);

  const std::size_t bytes_max_;
  mutable std::mutex mutex_;
  std::list<Kept> by_use_;  ///< most recently used first
  std::unordered_map<AccountId, std::list<Kept>::iterator> by_account_;
  std::unordered_map<AccountId, std::vector<Waiter>> loading_;
  std::size_t bytes_ = 0;
  std::uint64_t loads_ = 0;
  Workers threads_;
};

}  // namespace kith::contacts
