#include "contacts/write/label_undo.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "base/fields.hpp"
#include "contacts/write/earlier_state.hpp"
#include "contacts/write/stored_label.hpp"
#include "json/read.hpp"
#include "store/rows.hpp"

namespace kith::contacts {

using store::Lane;
using store::Query;
using store::values;

namespace {

/// A stored change of a label.
struct LabelChange {
  std::int64_t rev = 0;
  LabelId label_id;
  ChangeKind kind = ChangeKind::changed;
  std::optional<std::string> old_values;
  std::optional<std::string> old_content;

  static constexpr auto fields() {
    return kith::fields(field("rev", &LabelChange::rev), field("label_id", &LabelChange::label_id),
                        field("kind", &LabelChange::kind),
                        field("old_values", &LabelChange::old_values),
                        field("old_content", &LabelChange::old_content));
  }
};

const Query select_changes{"labels.changes_of_group",
                           "select " + store::column_list(LabelChange::fields()) +
                               " from label_changes where account_id = $1 and change_group = $2 "
                               "and rev > $3 and rev < $4 order by rev desc"};

const Query select_labelled_contact{
    "labels.any_contact",
    "select 1 from contact_labels x join contacts c on c.account_id = x.account_id "
    "and c.id = x.contact_id and coalesce(c.deleted_at, 0) = 0 "
    "where x.account_id = $1 and x.label_id = $2 and x.sources in (1, 3) limit 1"};

}  // namespace

/// The changes of one label, newest first.
struct LabelChain {
  LabelId id;
  std::vector<LabelChange> changes;

  bool begins_with_creation() const { return changes.back().kind == ChangeKind::created; }
  std::int64_t newest_revision() const { return changes.front().rev; }
};

namespace {

/// Returns the label before a change, given the label after it (nullopt: it did not exist).
std::optional<StoredLabel> before(const LabelChange& change, std::optional<StoredLabel> after,
                                  Time now) {
  if (change.kind == ChangeKind::created) return std::nullopt;
  StoredLabel label = after.value_or(StoredLabel{});
  label.id = change.label_id;
  if (change.old_content) label.content = bytes_before(*change.old_content, label.content);
  auto columns = json::read<LabelColumns>(change.old_values.value_or("{}"), now);
  if (!columns) throw store::DatabaseError("the history of a label cannot be read");
  static_cast<LabelColumns&>(label) = *std::move(columns);
  label.renamed_from.reset();
  return label;
}

}  // namespace

Task<Result<void>> LabelUndo::restore(UndoneChanges range) {
  const auto rows = co_await store_.read(
      select_changes, values(owner_, range.change_group, range.above, range.below), Lane::scan);
  if (!rows) co_return std::unexpected(rows.error());
  std::vector<LabelChain> chains;
  for (LabelChange& change : store::read_rows<LabelChange>(*rows)) {
    auto chain = std::ranges::find(chains, change.label_id, &LabelChain::id);
    if (chain == chains.end()) chain = chains.insert(chains.end(), {change.label_id, {}});
    chain->changes.push_back(std::move(change));
  }
  for (const LabelChain& chain : chains) {
    if (chain.begins_with_creation()) {
      created_.push_back({chain.id, chain.newest_revision()});
      continue;
    }
    auto restored = co_await restore_label(chain);
    if (!restored) co_return restored;
  }
  co_return Result<void>();
}

Task<Result<void>> LabelUndo::restore_label(const LabelChain& chain) {
  const auto current = co_await read_label(store_, owner_, chain.id);
  if (!current) co_return std::unexpected(current.error());
  const LabelChange& newest = chain.changes.front();
  const bool is_newest = newest.kind == ChangeKind::deleted
                             ? !*current
                             : *current && (*current)->revision == newest.rev;
  if (!is_newest) co_return Result<void>();
  std::optional<StoredLabel> label = *current;
  for (const LabelChange& change : chain.changes) {
    label = before(change, std::move(label), origin_.origin.at);
  }
  const LabelUpdate update{owner_, origin_.origin, *current ? &**current : nullptr, &*label,
                           origin_.keeps_history};
  const auto written = co_await write_label(store_, update);
  if (!written) {
    const Errc code = written.error().code;  // the name is taken, or there are too many
    const bool is_skipped = code == Errc::conflict || code == Errc::forbidden;
    co_return is_skipped ? Result<void>() : std::unexpected(written.error());
  }
  undone_ += *written != 0 ? 1 : 0;
  co_return Result<void>();
}

Task<Result<void>> LabelUndo::delete_created() {
  for (const Created& each : created_) {
    const auto current = co_await read_label(store_, owner_, each.id);
    if (!current) co_return std::unexpected(current.error());
    if (!*current) continue;
    // A group card may have changed with the contacts.
    const bool is_as_created = (*current)->content || (*current)->revision == each.revision;
    const auto contacts = co_await store_.read(select_labelled_contact, values(owner_, each.id));
    if (!contacts) co_return std::unexpected(contacts.error());
    if (!is_as_created || !contacts->empty()) continue;
    const LabelUpdate update{owner_, origin_.origin, &**current, nullptr, origin_.keeps_history};
    const auto written = co_await write_label(store_, update);
    if (!written && written.error().code == Errc::conflict) continue;  // a contact got it
    if (!written) co_return std::unexpected(written.error());
    undone_ += *written != 0 ? 1 : 0;
  }
  co_return Result<void>();
}

}  // namespace kith::contacts
