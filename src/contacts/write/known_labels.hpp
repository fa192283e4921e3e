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

  /// Counts the labels that `write` makes. Errors: `forbidden` (`too-many-labels`) beyond
  /// `labels_max`; then none of them counts. `unavailable` from the store.
  Task<Result<void>> add(const LabelWrite& write);

 private:
  using Labels = std::set<std::pair<std::int64_t, std::string>>;

  Task<Result<void>> load();

  store::Store& store_;
  AccountId owner_;
  std::optional<Labels> labels_;  ///< book and key; nullopt: not read yet
};

}  // namespace kith::contacts
