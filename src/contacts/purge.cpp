#include "contacts/purge.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "base/limits.hpp"
#include "store/rows.hpp"

namespace kith::contacts {

using store::Lane;
using store::Query;
using store::Statement;
using store::values;

namespace {

// A tombstone has the revision of the deletion: the end in the trash is no news to anybody.
const Query insert_tombstone{
    "contacts.insert_tombstone",
    "insert into contact_tombstones (account_id, rev, contact_id, deleted_at) "
    "select account_id, rev, id, deleted_at from contacts "
    "where account_id = $1 and id = $2 and rev = $3 and deleted_at is not null"};

// What a change counts for its account's `history_bytes`, as `history_bytes_of` does.
const std::string counted_bytes =
    std::to_string(limits::history_row_bytes) + " + coalesce(length(cast(old_values as blob)), 0)";
const std::string postgres_counted_bytes =
    std::to_string(limits::history_row_bytes) + " + coalesce(octet_length(old_values), 0)";

/// Takes the changes that meet `condition` off the account's counter, before they are deleted.
std::string uncount_text(const std::string& bytes, const std::string& condition) {
  return "update account_rev set history_bytes = history_bytes - (select coalesce(sum(" + bytes +
         "), 0) from contact_changes where account_id = $1 and " + condition +
         ") where account_id = $1";
}

const std::string is_of_trashed =
    "rev in (with recursive chain (rev, previous_rev) as ("
    "select h.rev, h.previous_rev from contact_changes h join contacts c "
    "on c.account_id = h.account_id and c.rev = h.rev "
    "where c.account_id = $1 and c.id = $2 and c.rev = $3 and c.deleted_at is not null "
    "union all select h.rev, h.previous_rev from chain p join contact_changes h "
    "on h.account_id = $1 and h.rev = p.previous_rev) select rev from chain)";
const Query uncount_history_of{"contacts.uncount_history_of",
                               uncount_text(counted_bytes, is_of_trashed),
                               uncount_text(postgres_counted_bytes, is_of_trashed)};
const Query delete_history_of{
    "contacts.delete_history_of",
    "delete from contact_changes where account_id = $1 and " + is_of_trashed};

const Query uncount_trashed{
    "contacts.uncount_trashed",
    "update account_rev set contact_count = contact_count - 1 where account_id = $1 and exists "
    "(select 1 from contacts where account_id = $1 and id = $2 and rev = $3 "
    "and deleted_at is not null)"};

const Query delete_trashed{"contacts.delete_trashed",
                           "delete from contacts where account_id = $1 and id = $2 and rev = $3 "
                           "and deleted_at is not null returning id"};

constexpr std::size_t statements_an_erasure = 5;

/// In one transaction.
constexpr std::ptrdiff_t erasures_max{limits::writes_per_transaction};

}  // namespace

namespace {

/// Of one account, whose row is locked before anything is looked at: a restore at the same moment
/// comes before all of this or after it.
Task<Result<int>> erase_some(store::Store& store, std::span<const Erasure> erasures) {
  std::vector<Statement> batch;
  batch.reserve(erasures.size() * statements_an_erasure);
  for (const Erasure& each : erasures) {
    for (const Query* query : {&insert_tombstone, &uncount_history_of, &delete_history_of,
                               &uncount_trashed, &delete_trashed}) {
      batch.push_back({*query, values(each.owner, each.id, each.revision)});
    }
  }
  const auto written = co_await store.write(erasures.front().owner, std::move(batch));
  if (!written) co_return std::unexpected(written.error());
  int erased = 0;
  for (std::size_t i = 0; i < written->size(); ++i) {
    const bool deletes = i % statements_an_erasure == statements_an_erasure - 1;
    erased += deletes && !(*written)[i].empty() ? 1 : 0;
  }
  co_return erased;
}

}  // namespace

Task<Result<int>> erase_contacts(store::Store& store, std::span<const Erasure> erasures) {
  std::vector<Erasure> by_owner(erasures.begin(), erasures.end());
  std::ranges::sort(by_owner, {}, &Erasure::owner);
  int erased = 0;
  for (auto begin = by_owner.begin(); begin != by_owner.end();) {
    auto end = std::ranges::upper_bound(begin, by_owner.end(), begin->owner, {}, &Erasure::owner);
    end = std::min(end, begin + std::min<std::ptrdiff_t>(by_owner.end() - begin, erasures_max));
    const auto done = co_await erase_some(store, {begin, end});
    if (!done) co_return std::unexpected(done.error());
    erased += *done;
    begin = end;
  }
  co_return erased;
}

namespace {

const Query select_old_trash{"contacts.old_trash",
                             "select account_id, id, rev from contacts "
                             "where deleted_at is not null and deleted_at < $1 "
                             "order by deleted_at limit $2"};

}  // namespace

Task<Result<int>> purge_trash(store::Store& store, Time before) {
  for (int erased = 0;;) {
    const auto rows =
        co_await store.read(select_old_trash, values(before, limits::purge_rows_max), Lane::scan);
    if (!rows) co_return std::unexpected(rows.error());
    std::vector<Erasure> erasures;
    for (std::size_t row = 0; row < rows->size(); ++row) {
      erasures.push_back({store::read_column<AccountId>(*rows, "account_id", row),
                          store::read_column<ContactId>(*rows, "id", row),
                          store::read_column<std::int64_t>(*rows, "rev", row)});
    }
    if (erasures.empty()) co_return erased;
    const auto done = co_await erase_contacts(store, erasures);
    if (!done) co_return std::unexpected(done.error());
    erased += *done;
    if (*done == 0) co_return erased;
  }
}

namespace {

// The oldest change of an account is its first, which its key finds: changes need no index by time,
// which every write would pay for. Accounts are looked at in the order of their keys.
const Query select_first_changes{
    "contacts.first_changes",
    "select r.account_id, (select h.changed_at from contact_changes h "
    "where h.account_id = r.account_id order by h.rev limit 1) as changed_at "
    "from account_rev r where r.account_id > $1 order by r.account_id limit $2"};
const std::string is_old_change =
    "rev in (select rev from (select rev, changed_at from contact_changes where account_id = $1 "
    "order by rev limit $3) x where changed_at < $2)";
const Query uncount_old_history{"contacts.uncount_old_history",
                                uncount_text(counted_bytes, is_old_change),
                                uncount_text(postgres_counted_bytes, is_old_change)};
const Query delete_old_history{
    "contacts.delete_old_history",
    "delete from contact_changes where account_id = $1 and " + is_old_change + " returning rev"};

const Query select_old_tombstones{"contacts.old_tombstones",
                                  "select account_id from contact_tombstones "
                                  "where deleted_at < $1 order by deleted_at limit 1"};
const std::string old_tombstones =
    "select rev from contact_tombstones where account_id = $1 and deleted_at < $2 "
    "order by rev limit $3";
const Query forget_tombstones{
    "contacts.forget_tombstones",
    "update account_rev set forgotten_rev = coalesce((select max(rev) from (" + old_tombstones +
        ") x where rev > forgotten_rev), forgotten_rev) where account_id = $1"};
const Query delete_old_tombstones{
    "contacts.delete_old_tombstones",
    "delete from contact_tombstones where account_id = $1 and rev in (" + old_tombstones +
        ") returning rev"};

/// Of one account.
Task<Result<int>> purge_history_of(store::Store& store, AccountId account, Time before) {
  for (int deleted = 0;;) {
    std::vector<Statement> batch;
    for (const Query* query : {&uncount_old_history, &delete_old_history}) {
      batch.push_back({*query, values(account, before, limits::purge_rows_max)});
    }
    const auto written = co_await store.write(account, std::move(batch));
    if (!written) co_return std::unexpected(written.error());
    if (written->back().empty()) co_return deleted;
    deleted += static_cast<int>(written->back().size());
  }
}

}  // namespace

Task<Result<int>> purge_history(store::Store& store, Time before) {
  int deleted = 0;
  for (AccountId last;;) {
    const auto rows =
        co_await store.read(select_first_changes, values(last, limits::purge_rows_max), Lane::scan);
    if (!rows) co_return std::unexpected(rows.error());
    for (std::size_t row = 0; row < rows->size(); ++row) {
      last = store::read_column<AccountId>(*rows, "account_id", row);
      const auto first = store::read_column<std::optional<Time>>(*rows, "changed_at", row);
      if (!first || *first >= before) continue;
      const auto purged = co_await purge_history_of(store, last, before);
      if (!purged) co_return std::unexpected(purged.error());
      deleted += *purged;
    }
    if (rows->empty()) co_return deleted;
  }
}

namespace {

const Query select_history_bytes{"contacts.history_bytes",
                                 "select history_bytes from account_rev where account_id = $1"};

/// Up to which revision changes are deleted so that $3 bytes are freed, of the $2 oldest changes.
std::string cutoff_text(const std::string& bytes) {
  return "select coalesce(max(rev), 0) as rev from (select rev, bytes, "
         "sum(bytes) over (order by rev) as freed from (select rev, " +
         bytes +
         " as bytes from contact_changes where account_id = $1 order by rev limit $2) p) x "
         "where freed - bytes < $3";
}
const Query select_history_cutoff{"contacts.history_cutoff", cutoff_text(counted_bytes),
                                  cutoff_text(postgres_counted_bytes)};
const Query uncount_history_until{"contacts.uncount_history_until",
                                  uncount_text(counted_bytes, "rev <= $2"),
                                  uncount_text(postgres_counted_bytes, "rev <= $2")};
const Query delete_history_until{
    "contacts.delete_history_until",
    "delete from contact_changes where account_id = $1 and rev <= $2 returning rev"};
const Query select_long_history{
    "contacts.long_history",
    "select account_id from account_rev where account_id > $1 and history_bytes > $2 "
    "order by account_id limit 1"};

/// Deletes some of the oldest changes to free `bytes`; how many.
Task<Result<int>> trim_some(store::Store& store, AccountId account, std::int64_t bytes) {
  const auto cutoff = co_await store.read(
      select_history_cutoff, values(account, limits::purge_rows_max, bytes), Lane::scan);
  if (!cutoff) co_return std::unexpected(cutoff.error());
  const auto until = store::read_column<std::int64_t>(*cutoff, "rev");
  std::vector<Statement> batch;
  batch.push_back({uncount_history_until, values(account, until)});
  batch.push_back({delete_history_until, values(account, until)});
  const auto written = co_await store.write(account, std::move(batch));
  if (!written) co_return std::unexpected(written.error());
  co_return static_cast<int>(written->back().size());
}

}  // namespace

Task<Result<int>> trim_history(store::Store& store, AccountId account, std::int64_t bytes_max) {
  for (int deleted = 0;;) {
    const auto rows = co_await store.read(select_history_bytes, values(account));
    if (!rows) co_return std::unexpected(rows.error());
    const auto bytes = rows->empty() ? 0 : store::read_column<std::int64_t>(*rows, "history_bytes");
    if (bytes <= bytes_max) co_return deleted;
    const auto some = co_await trim_some(store, account, bytes - bytes_max);
    if (!some) co_return some;
    if (*some == 0) co_return deleted;  // another instance was faster
    deleted += *some;
  }
}

Task<Result<int>> trim_histories(store::Store& store, std::int64_t bytes_max) {
  AccountId account{};
  for (int deleted = 0;;) {
    const auto rows =
        co_await store.read(select_long_history, values(account, bytes_max), Lane::scan);
    if (!rows) co_return std::unexpected(rows.error());
    if (rows->empty()) co_return deleted;
    account = store::read_column<AccountId>(*rows, "account_id");
    const auto some = co_await trim_history(store, account, bytes_max);
    if (!some) co_return some;
    deleted += *some;
  }
}

Task<Result<int>> purge_tombstones(store::Store& store, Time before) {
  for (int deleted = 0;;) {
    const auto rows = co_await store.read(select_old_tombstones, values(before), Lane::scan);
    if (!rows) co_return std::unexpected(rows.error());
    if (rows->empty()) co_return deleted;
    const auto account = store::read_column<AccountId>(*rows, "account_id");
    std::vector<Statement> batch;
    for (const Query* query : {&forget_tombstones, &delete_old_tombstones}) {
      batch.push_back({*query, values(account, before, limits::purge_rows_max)});
    }
    const auto written = co_await store.write(account, std::move(batch));
    if (!written) co_return std::unexpected(written.error());
    deleted += static_cast<int>(written->back().size());
    if (written->back().empty()) co_return deleted;
  }
}

}  // namespace kith::contacts
