#include "contacts/write/rederive.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <spdlog/spdlog.h>

#include "base/limits.hpp"
#include "base/pause.hpp"
#include "contacts/model/contact.hpp"
#include "contacts/write/card_writes.hpp"
#include "contacts/write/contact_state.hpp"
#include "contacts/write/derived_columns.hpp"
#include "contacts/write/stored_contact.hpp"
#include "store/rows.hpp"

namespace kith::contacts {

using store::Lane;
using store::Query;
using store::values;
using SteadyClock = std::chrono::steady_clock;

namespace {

std::atomic<std::uint64_t> recomputed_total = 0;
std::atomic<std::int64_t> outdated_left = 0;

/// The position of a pass over all contacts.
struct Place {
  AccountId account;
  ContactId contact;
};

std::string select_text(const std::string& condition) {
  return "select account_id, " + stored_contact_columns() + " from contacts where " + condition +
         "(account_id, id) > ($1, $2) order by account_id, id limit $3";
}

const std::string is_outdated = outdated_condition();

const Query select_outdated{"contacts.outdated", select_text(is_outdated + " and ")};
const Query select_all{"contacts.derived_sweep", select_text("")};
const Query count_outdated{"contacts.count_outdated",
                           "select count(*) as n from contacts where " + is_outdated};

const Query select_any_outdated{"contacts.any_outdated",
                                "select id from contacts where " + is_outdated + " limit 1"};

const Query update_derived{
    "contacts.update_derived",
    "update contacts set " + store::assignment_list(DerivedColumns::fields(), 5) +
        " where account_id = $1 and id = $2 and rev = $3 and derived_version = $4 returning id"};
// Runs in the same transaction as the last columns of an account. A search index that lacks some of
// the new columns is then of another epoch, and is reloaded once instead of after each piece.
const Query raise_epoch{
    "contacts.raise_derived_epoch",
    "update account_rev set derived_epoch = derived_epoch + 1 where account_id = $1"};

/// What is written of a contact.
struct Recomputed {
  DerivedColumns columns;
  std::vector<ContactKey> keys;  ///< that it lacks
};

Recomputed recompute(const StoredContact& contact) {
  if (!contact.explicit_card) {
    // Keys do not depend on the collation.
    return {DerivedColumns(contact),
            contact.has_keys ? std::vector<ContactKey>() : keys_of(Card(contact))};
  }
  // Explicit cards were always written with their keys.
  const Projection projection = project(*contact.explicit_card, {.now = contact.updated_at});
  return {DerivedColumns(SearchedContact(contact, projection.texts, projection.lacks_texts)), {}};
}

/// Reads the contact in row `row` with its card. Nothing if it cannot be read or was changed
/// meanwhile.
Task<Result<std::optional<StoredContact>>> read_row_contact(store::Store& store,
                                                            const store::Rows& rows,
                                                            std::size_t row) {
  const auto id = store::read_column<ContactId>(rows, "id", row);
  try {
    StoredContact contact = read_stored_contact(rows, row);
    if (!contact.columns.has_card) co_return contact;
    const auto account = store::read_column<AccountId>(rows, "account_id", row);
    auto read = co_await read_contact(store, account, id, Reads::with_card);
    if (!read) co_return std::unexpected(std::move(read.error()));
    const bool is_same = *read && (*read)->revision == contact.revision;
    if (is_same) co_return *std::move(read);
  } catch (const store::DatabaseError& damaged) {
    spdlog::warn("derived columns: contact {} was skipped: {}", id.to_string(), damaged.what());
  }
  co_return std::nullopt;
}

/// A batch of updates for one account.
class AccountBatch {
 public:
  explicit AccountBatch(AccountId account) : account_(account) {}

  /// Adds the contact in row `row` unless its columns are up to date or it cannot be read. Errors:
  /// `unavailable` from the store.
  Task<Result<void>> add(store::Store& store, const store::Rows& rows, std::size_t row) {
    const auto version = store::read_column<std::int64_t>(rows, "derived_version", row);
    const bool has_card = store::read_column<bool>(rows, "has_card", row);
    if (!must_recompute(version, has_card)) co_return Result<void>();
    const auto contact = co_await read_row_contact(store, rows, row);
    if (!contact) co_return std::unexpected(contact.error());
    if (!*contact) co_return Result<void>();
    Recomputed recomputed = recompute(**contact);
    const auto& [id, revision] = std::pair((*contact)->id, (*contact)->revision);
    store::Values parameters = values(account_, id, revision, version);
    store::append_values(parameters, DerivedColumns::fields(), std::move(recomputed.columns));
    updated_.push_back(batch_.add_values(update_derived, std::move(parameters)));
    add_keys(batch_, {account_, id, revision}, std::move(recomputed.keys));
    co_return Result<void>();
  }

  bool is_empty() const { return batch_.empty(); }

  /// Invalidates the account's search indexes by raising the epoch.
  void add_epoch() { batch_.add(raise_epoch, account_); }

  /// Writes the batch. Returns the number of changed contacts.
  Task<Result<int>> write(store::Store& store) {
    if (batch_.empty()) co_return 0;
    const auto written = co_await store.write(account_, std::move(batch_));
    if (!written) co_return std::unexpected(written.error());
    co_return static_cast<int>(std::ranges::count_if(
        updated_, [&](store::Batch::Handle each) { return !(*written)[each].empty(); }));
  }

 private:
  AccountId account_;
  store::Batch batch_;
  std::vector<store::Batch::Handle> updated_;
};

/// The result of one piece.
struct Piece {
  int changed = 0;
  Place end;             ///< the position after which the next piece begins
  bool is_last = false;  ///< no further piece follows
};

Task<Result<Piece>> recompute_piece(store::Store& store, const Query& select, Place after) {
  constexpr std::size_t rows_max = limits::derived_rows_max;
  // The row after the piece shows whether its last account continues.
  const auto rows = co_await store.read(
      select, values(after.account, after.contact, limits::derived_rows_max + 1), Lane::scan);
  if (!rows) co_return std::unexpected(rows.error());
  const auto account_in = [&](std::size_t row) {
    return store::read_column<AccountId>(*rows, "account_id", row);
  };
  const std::size_t count = std::min(rows->size(), rows_max);
  Piece piece{.end = after, .is_last = rows->size() <= rows_max};
  for (std::size_t row = 0; row < count;) {
    piece.end.account = account_in(row);
    AccountBatch batch(piece.end.account);
    for (; row < count && account_in(row) == piece.end.account; ++row) {
      const auto added = co_await batch.add(store, *rows, row);
      if (!added) co_return std::unexpected(added.error());
      piece.end.contact = store::read_column<ContactId>(*rows, "id", row);
    }
    const bool is_end = row == rows->size() || account_in(row) != piece.end.account;
    // An earlier piece may have changed contacts of the account of `after`.
    const bool has_changed = !batch.is_empty() || piece.end.account == after.account;
    if (is_end && has_changed) batch.add_epoch();
    const auto changed = co_await batch.write(store);
    if (!changed) co_return std::unexpected(changed.error());
    piece.changed += *changed;
    recomputed_total.fetch_add(static_cast<std::uint64_t>(*changed), std::memory_order_relaxed);
  }
  co_return piece;
}

/// Waits for as long as the work that began at `begin` has taken.
Task<void> rest_since(SteadyClock::time_point begin) {
  const auto now = SteadyClock::now();
  co_await pause_until(now + (now - begin));
}

/// Recomputes contacts of older rules, found by their index.
Task<Result<int>> recompute_outdated(store::Store& store) {
  const auto counted = co_await store.read(count_outdated, {}, Lane::scan);
  if (counted) outdated_left = store::read_column<std::int64_t>(*counted, "n");
  int changed = 0;
  for (Place place;;) {
    const auto begin = SteadyClock::now();
    const auto piece = co_await recompute_piece(store, select_outdated, place);
    if (!piece) co_return std::unexpected(piece.error());
    changed += piece->changed;
    outdated_left = std::max<std::int64_t>(0, outdated_left - piece->changed);
    if (piece->is_last) break;
    place = piece->end;
    co_await rest_since(begin);
  }
  co_return changed;
}

const Query select_sweep{
    "contacts.sweep_state",
    "select collation_version, account_id, contact_id, done from derived_sweep where id = 1"};
const Query begin_sweep{
    "contacts.begin_sweep",
    "insert into derived_sweep (id, collation_version, account_id, contact_id, done) "
    "values (1, $1, $2, $3, 0) on conflict (id) do update set collation_version = $1, "
    "account_id = $2, contact_id = $3, done = 0"};
const Query move_sweep{"contacts.move_sweep",
                       "update derived_sweep set account_id = $2, contact_id = $3, done = $4 "
                       "where id = 1 and collation_version = $1"};

/// Returns where the pass for this version of the collation continues; nullopt when it has ended.
Task<Result<std::optional<Place>>> sweep_place(store::Store& store) {
  const auto rows = co_await store.read(select_sweep, {});
  if (!rows) co_return std::unexpected(rows.error());
  const std::int64_t version = collation_version();
  const bool is_known =
      !rows->empty() && store::read_column<std::int64_t>(*rows, "collation_version") == version;
  if (!is_known) {
    const Place first;
    const auto begun = co_await store.write_one(store::no_account, begin_sweep,
                                                values(version, first.account, first.contact));
    if (!begun) co_return std::unexpected(begun.error());
    co_return first;
  }
  if (store::read_column<bool>(*rows, "done")) co_return std::nullopt;
  co_return Place{store::read_column<AccountId>(*rows, "account_id"),
                  store::read_column<ContactId>(*rows, "contact_id")};
}

/// Recomputes all contacts after ICU has changed: no index can tell which rows are affected. The
/// position is stored with each piece.
Task<Result<int>> recompute_collated(store::Store& store) {
  const auto first = co_await sweep_place(store);
  if (!first) co_return std::unexpected(first.error());
  if (!*first) co_return 0;
  const std::int64_t version = collation_version();
  int changed = 0;
  for (Place place = **first;;) {
    const auto begin = SteadyClock::now();
    const auto piece = co_await recompute_piece(store, select_all, place);
    if (!piece) co_return std::unexpected(piece.error());
    changed += piece->changed;
    place = piece->end;
    const auto kept =
        co_await store.write_one(store::no_account, move_sweep,
                                 values(version, place.account, place.contact, piece->is_last));
    if (!kept) co_return std::unexpected(kept.error());
    if (piece->is_last) co_return changed;
    co_await rest_since(begin);
  }
}

}  // namespace

Task<Result<int>> recompute_derived(store::Store& store) {
  const auto outdated = co_await recompute_outdated(store);
  if (!outdated) co_return outdated;
  const auto collated = co_await recompute_collated(store);
  if (!collated) co_return collated;
  co_return *outdated + *collated;
}

Task<Result<bool>> has_outdated(store::Store& store) {
  const auto outdated = co_await store.read(select_any_outdated, {});
  if (!outdated) co_return std::unexpected(outdated.error());
  if (!outdated->empty()) co_return true;
  const auto sweep = co_await store.read(select_sweep, {});
  if (!sweep) co_return std::unexpected(sweep.error());
  if (sweep->empty()) co_return false;  // the job has never run, so it is due
  co_return store::read_column<std::int64_t>(*sweep, "collation_version") != collation_version() ||
      !store::read_column<bool>(*sweep, "done");
}

DerivedProgress derived_progress() {
  return {.recomputed = recomputed_total.load(std::memory_order_relaxed),
          .outdated = outdated_left.load(std::memory_order_relaxed)};
}

}  // namespace kith::contacts
