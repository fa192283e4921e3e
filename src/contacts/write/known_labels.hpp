#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "contacts/write/label_writes.hpp"
#include "store/store.hpp"

namespace kith::contacts {

/// The labels of an account while one transaction is prepared: whether there is room for the labels
/// that its writes make.
class KnownLabels {
 public:
  /// REQUIRES: `store` outlives this.
  KnownLabels(store::Store& store, AccountId owner) : store_(store), owner_(owner) {}

  /// Counts the labels that `write` makes. Beyond `labels_max`, takes those names out of it that
  /// the card had before without being labels. Errors: `forbidden` (`too-many-labels`) if there is
  /// still no room; then none of them counts. `unavailable` from the store.
  Task<Result<void>> add(LabelWrite& write);

 private:
  using Labels = std::set<std::pair<std::int64_t, std::string>>;

  Task<Result<void>> load();

  /// Returns the labels of `write` that do not exist. REQUIRES: they were loaded.
  Labels missing(const LabelWrite& write) const;

  store::Store& store_;
  AccountId owner_;
  std::optional<Labels> labels_;  ///< book and key; nullopt: not read yet
};

}  // namespace kith::contacts
