#include "contacts/write/history.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <utility>

#include "base/limits.hpp"
#include "contacts/write/stored_change.hpp"
#include "json/read.hpp"
#include "json/slices.hpp"
#include "store/rows.hpp"

namespace kith::contacts {

using store::Lane;
using store::Query;
using store::values;

namespace {

const std::string change_columns = store::column_list(StoredChange::fields());

}  // namespace

const Query select_changes_back{
    "contacts.history",
    "with recursive chain (" + change_columns + ", depth) as (select " + change_columns +
        ", 1 from contact_changes where account_id = $1 and rev = $2 union all select " +
        store::column_list(StoredChange::fields(), "h.") +
        ", p.depth + 1 from chain p join contact_changes h "
        "on h.account_id = $1 and h.rev = p.previous_rev where p.depth < $3) select " +
        change_columns + " from chain order by rev desc"};

namespace {

/// A contact's field -> its value as JSON.
using FieldValues = std::map<std::string, std::string, std::less<>>;

/// Returns the merge patch that takes a contact back to `revision` through `changes`, newest first;
/// nullopt when the contact did not have that revision.
std::optional<std::string> patch_back_to(std::int64_t revision,
                                         const std::vector<StoredChange>& changes) {
  FieldValues old_values;
  for (const StoredChange& change : changes) {
    if (change.rev == revision) {
      std::string patch;
      for (const auto& [name, value] : old_values) {
        patch.append(patch.empty() ? "{\"" : ",\"").append(name).append("\":") += value;
      }
      return patch.empty() ? "{}" : patch + "}";
    }
    json::for_each_member(change.old_values.value_or("{}"), [&](auto name, auto value) {
      old_values.insert_or_assign(std::string(name), std::string(value));
    });
  }
  return std::nullopt;
}

}  // namespace

Change merging(std::string patch, Time now) {
  return [patch = std::move(patch), now](const Contact* current) {
    return json::merge<ContactFields>(*current, patch, now);
  };
}

Task<Result<Contact>> History::revert(AccountId owner, Operation operation, std::int64_t revision,
                                      Origin origin) {
  const auto contact = co_await contacts_.get(owner, operation.id);
  if (!contact) co_return contact;
  const auto rows = co_await store_.read(
      select_changes_back, values(owner, contact->revision, limits::history_changes_max),
      Lane::scan);
  if (!rows) co_return std::unexpected(rows.error());
  const auto patch = patch_back_to(revision, store::read_rows<StoredChange>(*rows));
  if (!patch) {
    co_return std::unexpected(
        invalid_field("revision", "is not a revision in the history of this contact"));
  }
  // The computed patch is valid for this revision only.
  if (operation.seen.empty()) operation.seen.push_back(contact->revision);
  operation.kind = ChangeKind::changed;
  operation.change = merging(*patch, origin.at);
  operation.exact = true;
  co_return co_await contacts_.apply(owner, std::move(operation), origin);
}

namespace {

// The next $3 changes after the revision $2; fewer when they are large: the first, and those with
// less than $4 characters before them.
const Query select_all_changes{
    "contacts.all_changes",
    "select " + change_columns + " from (select " + change_columns +
        ", chars, sum(chars) over (order by rev) as chars_so_far from (select " + change_columns +
        ", coalesce(length(old_values), 0) as chars from contact_changes where account_id = $1 "
        "and rev > $2 order by rev limit $3) p) x where chars_so_far - chars < $4 order by rev"};

}  // namespace

Task<Result<std::vector<KeptChange>>> History::changes(AccountId owner, std::int64_t above) {
  const auto rows = co_await store_.read(
      select_all_changes,
      values(owner, above, limits::change_piece_contacts, limits::change_piece_chars), Lane::scan);
  if (!rows) co_return std::unexpected(rows.error());
  std::vector<KeptChange> changes;
  for (StoredChange& change : store::read_rows<StoredChange>(*rows)) {
    changes.push_back({change.rev,
                       change.contact_id,
                       change.changed_at,
                       change.kind,
                       change.source,
                       change.actor,
                       {std::move(change.old_values).value_or("{}")}});
  }
  co_return changes;
}

}  // namespace kith::contacts
