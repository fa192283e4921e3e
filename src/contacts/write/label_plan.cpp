#include "contacts/write/label_plan.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/limits.hpp"
#include "contacts/model/label.hpp"
#include "contacts/write/stored_label.hpp"
#include "store/rows.hpp"

namespace kith::contacts {

using store::Query;
using store::values;

namespace {

const Query select_group_links{
    "labels.of_group_cards",
    "select l.name, l.name_key from contact_labels x join labels l on l.account_id = x.account_id "
    "and l.id = x.label_id where x.account_id = $1 and x.contact_id = $2 and x.sources = 2"};

/// Returns whether an edit leaves the contact a label that it has.
bool keeps(const LabelEdit& edit, const std::string& key) {
  const auto has = [&](const std::vector<std::string>& names) {
    return std::ranges::find(names, key, label_key) != names.end();
  };
  if (has(edit.added)) return true;
  if (edit.exactly) return has(*edit.exactly);
  return !has(edit.removed);
}

/// Asks no longer for a label that the contact has anyway.
void forget(LabelEdit& edit, const std::string& key) {
  const auto is_it = [&](const std::string& name) { return label_key(name) == key; };
  std::erase_if(edit.added, is_it);
  if (edit.exactly) std::erase_if(*edit.exactly, is_it);
}

/// The account and the book that labels are looked up in.
struct LabelScope {
  store::Store& store;
  AccountId owner;
  std::int64_t book;
};

/// Returns the name of a label in a request. An empty name stands for an error, which is added to
/// `errors`.
Task<Result<std::string>> name_of(LabelScope scope, const LabelReference& reference,
                                  const std::string& where, std::vector<FieldError>& errors) {
  const auto refused = [&](const char* member, const char* message) {
    errors.push_back({where + member, message});
    return std::string();
  };
  if (!reference.id) {
    std::string name = label_name(reference.name);
    if (name.empty()) co_return refused(".name", "must not be empty");
    if (is_reserved_label(name)) co_return refused(".name", "is reserved");
    co_return name;
  }
  auto label = co_await read_label(scope.store, scope.owner, *reference.id);
  if (!label) co_return std::unexpected(std::move(label.error()));
  if (!*label) co_return refused(".id", "is not a label");
  if ((*label)->book != scope.book) co_return refused(".id", "belongs to another address book");
  co_return std::move((*label)->name);
}

Task<Result<std::vector<std::string>>> names_of(LabelScope scope,
                                                const std::vector<LabelReference>& references) {
  std::vector<std::string> names;
  std::vector<FieldError> errors;
  for (std::size_t i = 0; i < references.size(); ++i) {
    const std::string where = "labels[" + std::to_string(i) + "]";
    auto name = co_await name_of(scope, references[i], where, errors);
    if (!name) co_return std::unexpected(std::move(name.error()));
    if (errors.size() == limits::field_errors_max) break;
    names.push_back(*std::move(name));
  }
  if (errors.empty()) co_return names;
  co_return std::unexpected(Error{.code = Errc::invalid,
                                  .detail = "The request has fields that are not valid.",
                                  .fields = std::move(errors)});
}

}  // namespace

Task<Result<LabelPlan>> plan_labels(store::Store& store, AccountId owner,
                                    const Operation& operation, const StoredContact* current) {
  LabelPlan plan{.edit = operation.labels};
  const std::int64_t before = current ? current->columns.book : default_book;
  const std::int64_t book = operation.book.value_or(before);
  if (operation.labels_book && *operation.labels_book != book) {
    co_return std::unexpected(
        invalid_field("label", "belongs to another address book than the contact"));
  }
  if (operation.all_labels) {
    auto names = co_await names_of({store, owner, book}, *operation.all_labels);
    if (!names) co_return std::unexpected(std::move(names.error()));
    plan.edit = {.exactly = *std::move(names)};
  }
  const bool moves = book != before && !operation.exact;
  if (!current || (!moves && plan.edit.empty())) co_return plan;
  const LabelEdit asked = plan.edit;
  const auto rows = co_await store.read(select_group_links, values(owner, current->id));
  if (!rows) co_return std::unexpected(rows.error());
  for (std::size_t row = 0; row < rows->size(); ++row) {
    auto key = store::read_column<std::string>(*rows, "name_key", row);
    if (!keeps(asked, key)) {
      plan.unlinked.push_back(std::move(key));
    } else if (moves) {
      plan.edit.added.push_back(store::read_column<std::string>(*rows, "name", row));
    } else if (!operation.follows_group_card) {
      forget(plan.edit, key);
    }
  }
  co_return plan;
}

}  // namespace kith::contacts
