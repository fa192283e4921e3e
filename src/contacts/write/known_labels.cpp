#include "contacts/write/known_labels.hpp"

#include <algorithm>
#include <utility>

#include "contacts/model/label.hpp"
#include "contacts/write/stored_label.hpp"
#include "store/rows.hpp"

namespace kith::contacts {

using store::Query;
using store::values;

namespace {

const Query select_keys{"labels.keys", "select book, name_key from labels where account_id = $1"};

}  // namespace

Task<Result<void>> KnownLabels::load() {
  const auto rows = co_await store_.read(select_keys, values(owner_));
  if (!rows) co_return std::unexpected(rows.error());
  labels_.emplace();
  for (std::size_t row = 0; row < rows->size(); ++row) {
    labels_->emplace(store::read_column<std::int64_t>(*rows, "book", row),
                     store::read_column<std::string>(*rows, "name_key", row));
  }
  co_return Result<void>();
}

KnownLabels::Labels KnownLabels::missing(const LabelWrite& write) const {
  Labels missing;
  for (const std::string& name : write.names) {
    std::pair label(write.book, label_key(name));
    if (!labels_->contains(label)) missing.insert(std::move(label));
  }
  return missing;
}

Task<Result<void>> KnownLabels::add(LabelWrite& write) {
  if (!write.sets_names || write.names.empty()) co_return Result<void>();
  if (!labels_) {
    auto loaded = co_await load();
    if (!loaded) co_return loaded;
  }
  Labels made = missing(write);
  const auto has_room = [&] { return made.empty() || labels_->size() + made.size() <= labels_max; };
  if (!has_room()) {
    // Names that were no labels before stay in the card without becoming labels.
    std::erase_if(write.names, [&](const std::string& name) {
      const std::string key = label_key(name);
      return made.contains({write.book, key}) && std::ranges::binary_search(write.had, key);
    });
    made = missing(write);
  }
  if (!has_room()) co_return std::unexpected(too_many_labels());
  labels_->merge(made);
  co_return Result<void>();
}

}  // namespace kith::contacts
