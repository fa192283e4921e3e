#include "contacts/write/history.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include <spdlog/spdlog.h>

#include "base/limits.hpp"
#include "contacts/write/card_patch.hpp"
#include "contacts/write/earlier_state.hpp"
#include "contacts/write/stored_change.hpp"
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

Error no_such_revision() {
  return invalid_field("revision", "is not a revision in the history of this contact");
}

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

// The changes of a contact from the revision $2 back to that after $3 (at most $4 are examined)
// whose card had other bytes before, newest first.
const Query select_card_changes_back{
    "contacts.card_history",
    "with recursive chain (rev, previous_rev, has_card, depth) as ("
    "select rev, previous_rev, case when old_card is null then 0 else 1 end, 1 "
    "from contact_changes where account_id = $1 and rev = $2 union all "
    "select h.rev, h.previous_rev, case when h.old_card is null then 0 else 1 end, p.depth + 1 "
    "from chain p join contact_changes h on h.account_id = $1 and h.rev = p.previous_rev "
    "where p.depth < $4 and h.rev > $3) select rev from chain where has_card = 1 order by rev "
    "desc"};

// One at a time: an old card may have 10 MiB.
const Query select_old_card{
    "contacts.old_card", "select old_card from contact_changes where account_id = $1 and rev = $2"};

std::optional<std::string> own_bytes(const StoredContact& contact) {
  return contact.explicit_card ? std::optional(contact.explicit_card->bytes()) : std::nullopt;
}

/// Walks from the card of a contact back through the bytes that it had.
class EarlierCard {
 public:
  EarlierCard(store::Store& store, AccountId owner, const StoredContact& current)
      : store_(store), owner_(owner), top_(current.revision), bytes_(own_bytes(current)) {}

  const std::optional<std::string>& bytes() const { return bytes_; }

  /// Reads the revisions above `revision` whose changes gave the card other bytes, newest first.
  Task<Result<std::vector<std::int64_t>>> changes_above(std::int64_t revision) {
    const auto rows = co_await store_.read(
        select_card_changes_back, values(owner_, top_, revision, limits::history_changes_max),
        Lane::scan);
    if (!rows) co_return std::unexpected(rows.error());
    std::vector<std::int64_t> changes;
    for (std::size_t row = 0; row < rows->size(); ++row) {
      changes.push_back(store::read_column<std::int64_t>(*rows, "rev", row));
    }
    co_return changes;
  }

  /// Goes to the bytes before the change `revision`. Errors: `invalid` if the history was deleted
  /// meanwhile; `unavailable` from the store.
  Task<Result<void>> go_before(std::int64_t revision) {
    const auto rows = co_await store_.read(select_old_card, values(owner_, revision));
    if (!rows) co_return std::unexpected(rows.error());
    if (rows->empty()) co_return std::unexpected(no_such_revision());
    bytes_ = bytes_before(store::read_column<std::string>(*rows, "old_card"), bytes_);
    co_return Result<void>();
  }

 private:
  store::Store& store_;
  AccountId owner_;
  std::int64_t top_;
  std::optional<std::string> bytes_;
};

/// Returns what `contact_changes.old_card` would be of a change from the card at `revision` to that
/// of `current`; nullopt if they have the same bytes. Errors: those of EarlierCard.
Task<Result<std::optional<std::string>>> patch_from(EarlierCard earlier, std::int64_t revision) {
  const auto changes = co_await earlier.changes_above(revision);
  if (!changes) co_return std::unexpected(changes.error());
  if (changes->empty()) co_return std::nullopt;
  const std::optional<std::string> newest = earlier.bytes();
  for (const std::int64_t change : *changes) {
    const auto gone = co_await earlier.go_before(change);
    if (!gone) co_return std::unexpected(gone.error());
  }
  co_return earlier.bytes() ? card_patch(*earlier.bytes(), newest.value_or("")) : std::string();
}

}  // namespace

Task<Result<Contact>> History::revert(AccountId owner, Operation operation, std::int64_t revision,
                                      Origin origin) {
  const auto contact = co_await contacts_.get_card(owner, operation.id);
  if (!contact) co_return std::unexpected(contact.error());
  const auto rows = co_await store_.read(
      select_changes_back, values(owner, contact->revision, limits::history_changes_max),
      Lane::scan);
  if (!rows) co_return std::unexpected(rows.error());
  auto patch = patch_back_to(revision, store::read_rows<StoredChange>(*rows));
  if (!patch) co_return std::unexpected(no_such_revision());
  auto card = co_await patch_from(EarlierCard(store_, owner, *contact), revision);
  if (!card) co_return std::unexpected(card.error());
  // What was computed is valid for this revision only.
  const bool is_seen = operation.seen.empty() || has_one_of(*contact, operation.seen);
  if (!is_seen) co_return stale(*contact);
  operation.seen = {contact->revision};
  restore_replaced(operation, {*std::move(patch), *std::move(card)}, origin.at);
  co_return co_await contacts_.apply(owner, std::move(operation), origin);
}

Task<Result<std::vector<CardChange>>> History::card_changes(AccountId owner, ContactId id,
                                                            RevisionSpan span) {
  const auto contact = co_await contacts_.get_card(owner, id);
  if (!contact) co_return std::unexpected(contact.error());
  EarlierCard earlier(store_, owner, *contact);
  const auto revisions = co_await earlier.changes_above(span.oldest - 1);
  if (!revisions) co_return std::unexpected(revisions.error());
  std::vector<CardChange> changes;
  std::size_t bytes = 0;
  for (const std::int64_t revision : *revisions) {
    std::optional<std::string> after = earlier.bytes();
    Result<void> gone;
    try {
      gone = co_await earlier.go_before(revision);
    } catch (const store::DatabaseError& damaged) {
      spdlog::warn("history: the card of contact {} before revision {} cannot be read: {}",
                   id.to_string(), revision, damaged.what());
      break;  // the fields are shown all the same
    }
    if (!gone && gone.error().code == Errc::invalid) break;  // deleted since the page was read
    if (!gone) co_return std::unexpected(gone.error());
    bytes += earlier.bytes() ? earlier.bytes()->size() : 0;
    if (revision > span.newest) continue;
    if (bytes > limits::history_card_bytes_max) break;
    changes.push_back({revision, earlier.bytes(), std::move(after)});
  }
  co_return changes;
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
