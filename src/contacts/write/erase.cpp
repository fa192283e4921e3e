#include "contacts/write/erase.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <spdlog/spdlog.h>

#include "base/limits.hpp"
#include "contacts/write/contact_state.hpp"
#include "contacts/write/history_bytes.hpp"
#include "contacts/write/stored_contact.hpp"
#include "store/rows.hpp"

namespace kith::contacts {

using store::Lane;
using store::Query;
using store::values;

namespace {

// The changes of a contact from the revision $2 back, at most $3.
const Query select_chain{
    "contacts.history_chain",
    "with recursive chain (rev, previous_rev, depth) as ("
    "select rev, previous_rev, 1 from contact_changes where account_id = $1 and rev = $2 "
    "union all select h.rev, h.previous_rev, p.depth + 1 from chain p join contact_changes h "
    "on h.account_id = $1 and h.rev = p.previous_rev where p.depth < $3) "
    "select rev from chain order by rev desc"};

/// Returns SQL for the changes from the revision `newest` back, at most `depth`, while `condition`
/// holds.
std::string chain_text(const std::string& newest, const std::string& depth,
                       const std::string& condition) {
  return "rev in (with recursive chain (rev, previous_rev, depth) as ("
         "select rev, previous_rev, 1 from contact_changes where account_id = $1 and rev = " +
         newest + " and exists (" + condition +
         ") union all select h.rev, h.previous_rev, p.depth + 1 from chain p "
         "join contact_changes h on h.account_id = $1 and h.rev = p.previous_rev "
         "where p.depth < " +
         depth + ") select rev from chain)";
}

// The changes of the contact $2 while it is in the trash at revision $3; $4: at least their number.
const std::string is_of_trashed =
    chain_text("$3", "$4",
               "select 1 from contacts where account_id = $1 and id = $2 and rev = $3 "
               "and deleted_at is not null");
const Query uncount_history_of{"contacts.uncount_history_of", uncount_text(is_of_trashed)};
const Query delete_history_of{
    "contacts.delete_history_of",
    "delete from contact_changes where account_id = $1 and " + is_of_trashed};

// Selects at most $4 changes from $3 back of the erased contact whose tombstone has the revision
// $2.
const std::string is_of_erased =
    chain_text("$3", "$4",
               "select 1 from contact_tombstones "
               "where account_id = $1 and rev = $2 and has_history = 1");
const Query uncount_left_history{"contacts.uncount_left_history", uncount_text(is_of_erased)};
const Query delete_left_history{
    "contacts.delete_left_history",
    "delete from contact_changes where account_id = $1 and " + is_of_erased};
const Query end_erasure{"contacts.end_erasure",
                        "update contact_tombstones set has_history = 0 "
                        "where account_id = $1 and rev = $2 and has_history = 1"};

/// A contact's changes: the newest of each piece of `limits::purge_rows_max`.
struct Chain {
  std::vector<std::int64_t> pieces;
  std::size_t first_piece_changes = 0;
};

Task<Result<Chain>> read_chain(store::Store& store, AccountId owner, std::int64_t newest,
                               std::size_t pieces_max) {
  constexpr std::size_t piece = limits::purge_rows_max;
  Chain chain{.pieces = {newest}};
  for (;;) {
    const auto rows = co_await store.read(
        select_chain, values(owner, chain.pieces.back(), limits::purge_rows_max + 1), Lane::scan);
    if (!rows) co_return std::unexpected(rows.error());
    if (chain.pieces.size() == 1) chain.first_piece_changes = std::min(rows->size(), piece);
    if (rows->size() <= piece || chain.pieces.size() == pieces_max) co_return chain;
    chain.pieces.push_back(store::read_column<std::int64_t>(*rows, "rev", piece));
  }
}

/// A contact that has been deleted and may have history left.
struct Erased {
  AccountId owner;
  std::int64_t revision = 0;  ///< of its tombstone
};

/// Deletes the history piece by piece from the oldest change on, so that the rest can always be
/// found from the tombstone.
Task<Result<void>> delete_left(store::Store& store, Erased erased) {
  auto chain = co_await read_chain(store, erased.owner, erased.revision,
                                   std::numeric_limits<std::size_t>::max());
  if (!chain) co_return std::unexpected(std::move(chain.error()));
  for (; !chain->pieces.empty(); chain->pieces.pop_back()) {
    store::Batch batch;
    for (const Query* query : {&uncount_left_history, &delete_left_history}) {
      batch.add(*query, erased.owner, erased.revision, chain->pieces.back(),
                limits::purge_rows_max);
    }
    if (chain->pieces.size() == 1) batch.add(end_erasure, erased.owner, erased.revision);
    const auto written = co_await store.write(erased.owner, std::move(batch));
    if (!written) co_return std::unexpected(written.error());
  }
  co_return Result<void>();
}

// A tombstone has the revision of the deletion: clients have already received it.
const Query insert_tombstone{
    "contacts.insert_tombstone",
    "insert into contact_tombstones (account_id, rev, contact_id, deleted_at, has_history) "
    "select account_id, rev, id, deleted_at, $4 from contacts "
    "where account_id = $1 and id = $2 and rev = $3 and deleted_at is not null"};
const Query uncount_trashed{
    "contacts.uncount_trashed",
    "update account_rev set contact_count = contact_count - 1, card_bytes = card_bytes - "
    "coalesce((select bytes from cards where account_id = $1 and id = $2), 0) "
    "where account_id = $1 and exists "
    "(select 1 from contacts where account_id = $1 and id = $2 and rev = $3 "
    "and deleted_at is not null)"};
const Query delete_trashed{"contacts.delete_trashed",
                           "delete from contacts where account_id = $1 and id = $2 and rev = $3 "
                           "and deleted_at is not null returning id"};

const std::string is_erased =
    " and not exists (select 1 from contacts where account_id = $1 and id = $2)";
const Query delete_erased_key{
    "contacts.delete_erased_key",
    "delete from contact_keys where account_id = $1 and kind = $3 and key = $4 "
    "and contact_id = $2" +
        is_erased};
// $2: the concatenated ids of contacts whose keys are unknown. Reads all keys of the account, once
// for all of them: 0.1 s in an account of 100,000.
const std::string are_erased =
    " and not exists (select 1 from contacts c where c.account_id = $1 "
    "and c.id = contact_keys.contact_id)";
const Query delete_keys{
    "contacts.delete_erased_keys",
    "delete from contact_keys where account_id = $1 and contact_id in (with recursive n (at) as "
    "(select 1 union all select at + 16 from n where at + 16 <= length($2)) "
    "select substr($2, n.at, 16) from n)" +
        are_erased,
    "delete from contact_keys where account_id = $1 and contact_id in (select "
    "substr($2::bytea, n.at, 16) from generate_series(1, length($2::bytea), 16) n (at))" +
        are_erased};

/// Returns the keys of a contact in the trash; nullopt if they cannot be derived from it.
Task<Result<std::optional<std::vector<ContactKey>>>> read_keys(store::Store& store,
                                                               const Erasure& erasure) {
  try {
    const auto contact = co_await read_contact(store, erasure.owner, erasure.id, Reads::with_card);
    if (!contact) co_return std::unexpected(contact.error());
    if (!*contact) co_return std::vector<ContactKey>();
    if ((*contact)->has_keys) co_return keys_of((*contact)->card());
  } catch (const store::DatabaseError& damaged) {
    spdlog::warn("trash: contact {}: {}", erasure.id.to_string(), damaged.what());
  }
  co_return std::nullopt;
}

/// What is deleted with a contact.
struct Belongings {
  Chain chain;                                  ///< its changes
  std::optional<std::vector<ContactKey>> keys;  ///< nullopt: unknown
};

Task<Result<Belongings>> read_belongings(store::Store& store, const Erasure& erasure) {
  auto chain = co_await read_chain(store, erasure.owner, erasure.revision, 2);
  if (!chain) co_return std::unexpected(std::move(chain.error()));
  auto keys = co_await read_keys(store, erasure);
  if (!keys) co_return std::unexpected(std::move(keys.error()));
  co_return Belongings{*std::move(chain), *std::move(keys)};
}

/// The erasures of one transaction, all of one account. The store locks the account's row before it
/// reads anything, so that a concurrent restore runs entirely before or after it.
class ErasureBatch {
 public:
  bool has_room(const Erasure& next, const Belongings& belongings) const {
    const Chain& chain = belongings.chain;
    return deleted_.empty() ||
           (owner_ == next.owner && deleted_.size() < limits::writes_per_transaction &&
            changes_ + chain.first_piece_changes <= std::size_t{limits::purge_rows_max});
  }

  void add(const Erasure& erasure, Belongings belongings) {
    const Chain& chain = belongings.chain;
    const bool is_long = chain.pieces.size() > 1;
    const auto add = [&](const Query& query, auto... more) {
      return batch_.add(query, erasure.owner, erasure.id, erasure.revision, more...);
    };
    add(insert_tombstone, is_long);
    if (is_long) {
      long_.push_back({erasure.owner, erasure.revision});
    } else {
      add(uncount_history_of, limits::purge_rows_max);
      add(delete_history_of, limits::purge_rows_max);
      changes_ += chain.first_piece_changes;
    }
    add(uncount_trashed);
    deleted_.push_back(add(delete_trashed));  // and its card, parts and labels with it
    add_keys(erasure, std::move(belongings.keys));
    owner_ = erasure.owner;
  }

  /// Runs the statements, deletes long histories and clears the batch. Returns the number of erased
  /// contacts.
  Task<Result<int>> write(store::Store& store) {
    if (deleted_.empty()) co_return 0;
    if (!keyless_.empty()) {
      batch_.add(delete_keys, owner_, store::OwnedBytes{std::exchange(keyless_, {})});
    }
    const auto written = co_await store.write(owner_, std::exchange(batch_, {}));
    const auto deleted = std::exchange(deleted_, {});
    changes_ = 0;
    if (!written) co_return std::unexpected(written.error());
    for (const Erased& each : std::exchange(long_, {})) {
      const auto done = co_await delete_left(store, each);
      if (!done) co_return std::unexpected(done.error());
    }
    co_return static_cast<int>(std::ranges::count_if(
        deleted, [&](store::Batch::Handle each) { return !(*written)[each].empty(); }));
  }

 private:
  void add_keys(const Erasure& erasure, std::optional<std::vector<ContactKey>> keys) {
    if (!keys) keyless_ += erasure.id.uuid.bytes();
    for (auto& [kind, key] : keys.value_or(std::vector<ContactKey>())) {
      batch_.add(delete_erased_key, erasure.owner, erasure.id, std::to_underlying(kind),
                 std::move(key));
    }
  }

  AccountId owner_;
  store::Batch batch_;
  std::vector<store::Batch::Handle> deleted_;  ///< show whether a contact was erased
  std::vector<Erased> long_;
  std::string keyless_;  ///< the ids of contacts whose keys are unknown
  std::size_t changes_ = 0;
};

}  // namespace

Task<Result<int>> erase_contacts(store::Store& store, std::span<const Erasure> erasures) {
  std::vector<Erasure> by_owner(erasures.begin(), erasures.end());
  std::ranges::sort(by_owner, {}, &Erasure::owner);
  int erased = 0;
  ErasureBatch batch;
  for (const Erasure& each : by_owner) {
    auto belongings = co_await read_belongings(store, each);
    if (!belongings) co_return std::unexpected(belongings.error());
    if (!batch.has_room(each, *belongings)) {
      const auto done = co_await batch.write(store);
      if (!done) co_return done;
      erased += *done;
    }
    batch.add(each, *std::move(belongings));
  }
  const auto done = co_await batch.write(store);
  if (!done) co_return done;
  co_return erased + *done;
}

namespace {

const Query select_unfinished{
    "contacts.unfinished_erasures",
    "select account_id, rev from contact_tombstones "
    "where has_history = 1 and account_id > $1 order by account_id, rev limit $2"};

}  // namespace

Task<Result<void>> finish_erasures(store::Store& store) {
  for (;;) {
    const auto rows = co_await store.read(select_unfinished,
                                          values(AccountId{}, limits::purge_rows_max), Lane::scan);
    if (!rows) co_return std::unexpected(rows.error());
    if (rows->empty()) co_return Result<void>();
    for (std::size_t row = 0; row < rows->size(); ++row) {
      const auto deleted =
          co_await delete_left(store, {store::read_column<AccountId>(*rows, "account_id", row),
                                       store::read_column<std::int64_t>(*rows, "rev", row)});
      if (!deleted) co_return deleted;
    }
  }
}

}  // namespace kith::contacts
