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

/// The indexes of the accounts that searched last, for all loops of the process; those that were
/// not used for longest go first.
class SearchIndexes {
 public:
  /// Keeps indexes of at most so many bytes, and the one that was used last in any case.
  explicit SearchIndexes(std::size_t bytes_max);

  /// The index of an account; null when there is none.
  SearchIndexPtr find(AccountId account);

  /// Keeps an index, unless there is one that is as new or newer.
  void keep(AccountId account, SearchIndexPtr index);

  /// Forgets `index`, unless there is another by now.
  void drop(AccountId account, const SearchIndexPtr& index);

  /// The duty to load an account's index, or to bring a large one up to date, which ends with this
  /// object: only then do the others who want the same go on.
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

  /// Gives the duty to load, or nothing once somebody else has done it, or has failed. Errors:
  /// `unavailable` when too many are being loaded.
  Task<Result<std::optional<Loading>>> begin_loading(AccountId account);

  /// Where long searches run.
  Workers& threads() { return threads_; }

  /// What the metrics tell.
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
  std::list<Kept> by_use_;  ///< the one that was used last is first
  std::unordered_map<AccountId, std::list<Kept>::iterator> by_account_;
  std::unordered_map<AccountId, std::vector<Waiter>> loading_;
  std::size_t bytes_ = 0;
  std::uint64_t loads_ = 0;
  Workers threads_;
};

}  // namespace kith::contacts
