#include "contacts/write/known_labels.hpp"

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

Task<Result<void>> KnownLabels::add(const LabelWrite& write) {
  if (!write.sets_names || write.names.empty()) co_return Result<void>();
  if (!labels_) {
    auto loaded = co_await load();
    if (!loaded) co_return loaded;
  }
  Labels made;
  for (const std::string& name : write.names) {
    std::pair label(write.book, label_key(name));
    if (!labels_->contains(label)) made.insert(std::move(label));
  }
  if (!made.empty() && labels_->size() + made.size() > labels_max) {
    co_return std::unexpected(too_many_labels());
  }
  labels_->merge(made);
  co_return Result<void>();
}

}  // namespace kith::contacts
