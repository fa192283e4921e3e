#include "contacts/history.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <utility>

#include "base/limits.hpp"
#include "json/read.hpp"
#include "json/slices.hpp"
#include "store/rows.hpp"

namespace kith::contacts {

using store::Lane;
using store::Query;
using store::values;

namespace {

/// A change as it is stored.
struct StoredChange {
  std::int64_t rev = 0;
  ContactId contact_id;
  Time changed_at;
  std::int64_t unit = 0;
  AccountId actor;
  Door door = Door::rest;
  ChangeKind kind = ChangeKind::created;
  std::optional<std::string> old_values;

  static constexpr auto fields() {
    return kith::fields(
        field("rev", &StoredChange::rev), field("contact_id", &StoredChange::contact_id),
        field("changed_at", &StoredChange::changed_at), field("unit", &StoredChange::unit),
        field("actor", &StoredChange::actor), field("door", &StoredChange::door),
        field("kind", &StoredChange::kind), field("old_values", &StoredChange::old_values));
  }
};

const std::string change_columns = store::column_list(StoredChange::fields());

// From the contact's revision ($2) back from change to change, at most $3.
const Query select_chain{
    "contacts.history",
    "with recursive chain (" + change_columns + ", previous_rev, depth) as (select " +
        change_columns +
        ", previous_rev, 1 from contact_changes where account_id = $1 and rev = $2 "
        "union all select " +
        store::column_list(StoredChange::fields(), "h.") +
        ", h.previous_rev, p.depth + 1 from chain p join contact_changes h "
        "on h.account_id = $1 and h.rev = p.previous_rev where p.depth < $3) select " +
        change_columns + " from chain order by rev desc"};

/// A contact's field -> its value as JSON.
using FieldValues = std::map<std::string, std::string, std::less<>>;

FieldValues values_of(const ContactFields& contact) {
  FieldValues out;
  ContactFields::fields().for_each(
      [&](const auto& field) { out.emplace(field.name, json::to_json(contact.*field.member)); });
  return out;
}

/// The entry of a change; `now` has the values after it and then those before.
HistoryEntry entry_of(const StoredChange& change, FieldValues& now) {
  HistoryEntry entry{.revision = change.rev,
                     .at = change.changed_at,
                     .kind = change.kind,
                     .door = change.door,
                     .actor = change.actor,
                     .differences = {}};
  json::for_each_member(change.old_values.value_or("{}"), [&](std::string_view name,
                                                              std::string_view old_value) {
    std::string& value = now[std::string(name)];
    entry.differences.push_back({std::string(name), {std::string(old_value)}, {std::move(value)}});
    value = old_value;
  });
  return entry;
}

std::string question_of(ContactId id) { return "history " + id.to_string(); }

}  // namespace

Task<Result<Slice<HistoryEntry>>> History::list(AccountId owner, ContactId id,
                                                SliceRequest request) {
  Result<Position> below = Position{.number = std::numeric_limits<std::int64_t>::max()};
  if (request.cursor) below = cursors_.decode(owner, question_of(id), *request.cursor);
  if (!below) co_return std::unexpected(std::move(below.error()));
  const auto contact = co_await contacts_.get(owner, id);
  if (!contact) co_return std::unexpected(contact.error());
  // A later page is read from the top again: what a field became is told by the changes after.
  const int depth = request.cursor ? limits::history_changes_max : request.limit + 1;
  const auto rows = co_await contacts_.store().read(
      select_chain, values(owner, contact->revision, depth), Lane::scan);
  if (!rows) co_return std::unexpected(rows.error());
  Slice<HistoryEntry> slice;
  FieldValues now = values_of(*contact);
  for (const StoredChange& change : store::read_rows<StoredChange>(*rows)) {
    if (slice.items.size() == static_cast<std::size_t>(request.limit)) {
      const Position last{.number = slice.items.back().revision};
      slice.next_cursor = cursors_.encode(owner, question_of(id), last);
      break;
    }
    HistoryEntry entry = entry_of(change, now);
    if (entry.revision < below->number) slice.items.push_back(std::move(entry));
  }
  co_return slice;
}

namespace {

/// The merge patch that takes a contact back to `revision` through `changes`, newest first; nothing
/// when it did not have that revision.
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

/// The change that merges `patch`, which holds values that the contact had.
Change merging(std::string patch, Time now) {
  return [patch = std::move(patch), now](const Contact* current) {
    return json::merge<ContactFields>(*current, patch, now);
  };
}

}  // namespace

Task<Result<Contact>> History::revert(AccountId owner, Operation operation, std::int64_t revision,
                                      Origin origin) {
  const auto contact = co_await contacts_.get(owner, operation.id);
  if (!contact) co_return contact;
  const auto rows = co_await contacts_.store().read(
      select_chain, values(owner, contact->revision, limits::history_changes_max), Lane::scan);
  if (!rows) co_return std::unexpected(rows.error());
  const auto patch = patch_back_to(revision, store::read_rows<StoredChange>(*rows));
  if (!patch) {
    co_return std::unexpected(
        invalid_field("revision", "is none that this contact had and that is still known"));
  }
  // What was worked out from this revision holds for no other.
  if (operation.seen.empty()) operation.seen.push_back(contact->revision);
  operation.kind = ChangeKind::changed;
  operation.change = merging(*patch, origin.at);
  operation.exact = true;
  co_return co_await contacts_.apply(owner, std::move(operation), origin);
}

namespace {

const Query select_last_change{"contacts.last_change",
                               "select " + change_columns +
                                   " from contact_changes where account_id = $1 "
                                   "order by rev desc limit 1"};
// Changes of one unit have one time; others may lie between them, but none that is much older ($2).
const Query select_unit{
    "contacts.changes_of_unit",
    "select " + change_columns +
        " from contact_changes where account_id = $1 and unit = $3 and rev > coalesce("
        "(select rev from contact_changes where account_id = $1 and changed_at < $2 "
        "order by rev desc limit 1), 0) order by rev desc"};

/// The operation that takes `change` back.
Operation inverse_of(const StoredChange& change, Time now) {
  Operation operation{.id = change.contact_id, .seen = {change.rev}};
  switch (change.kind) {
    case ChangeKind::created:
    case ChangeKind::restored: operation.kind = ChangeKind::deleted; break;
    case ChangeKind::deleted: operation.kind = ChangeKind::restored; break;
    case ChangeKind::changed:
      operation.kind = ChangeKind::changed;
      operation.change = merging(change.old_values.value_or("{}"), now);
      operation.exact = true;
      break;
  }
  return operation;
}

/// All changes of the request that made `last`.
Task<Result<std::vector<StoredChange>>> unit_of(store::Store& store, AccountId owner,
                                                StoredChange last) {
  if (last.unit == 0) co_return std::vector{std::move(last)};
  const std::chrono::microseconds window = limits::undo_window;
  const Time before{last.changed_at.micros - window.count()};
  const auto rows = co_await store.read(select_unit, values(owner, before, last.unit), Lane::scan);
  if (!rows) co_return std::unexpected(rows.error());
  co_return store::read_rows<StoredChange>(*rows);
}

}  // namespace

Task<Result<Undone>> History::undo(AccountId owner, std::optional<std::int64_t> revision,
                                   Origin origin) {
  const auto rows = co_await contacts_.store().read(select_last_change, values(owner));
  if (!rows) co_return std::unexpected(rows.error());
  if (rows->empty()) co_return refuse(Errc::conflict, "There is nothing to take back.");
  const auto unit =
      co_await unit_of(contacts_.store(), owner, store::read_row<StoredChange>(*rows, 0));
  if (!unit) co_return std::unexpected(unit.error());
  const bool meant =
      !revision || std::ranges::find(*unit, *revision, &StoredChange::rev) != unit->end();
  if (!meant) {
    co_return refuse(Errc::precondition_failed, "Something else has been changed since.");
  }
  std::vector<Operation> operations;
  for (const StoredChange& change : *unit) operations.push_back(inverse_of(change, origin.at));
  Undone result;
  for (const auto& each : co_await contacts_.apply_all(owner, operations, origin)) {
    if (!each && each.error().code == Errc::unavailable) co_return std::unexpected(each.error());
    ++(each ? result.undone : result.skipped);
  }
  co_return result;
}

}  // namespace kith::contacts
