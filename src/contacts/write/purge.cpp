#include "contacts/write/purge.hpp"

#include <optional>
#include <utility>
#include <vector>

#include "base/limits.hpp"
#include "contacts/write/erase.hpp"
#include "contacts/write/history_bytes.hpp"
#include "store/rows.hpp"

namespace kith::contacts {

using store::Lane;
using store::Query;
using store::values;

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

// The oldest change of an account is its first, which the primary key finds. So changes need no
// index by time, which every write would pay for. Accounts are visited in key order.
const Query select_first_changes{
    "contacts.first_changes",
    "select r.account_id, (select h.changed_at from contact_changes h "
    "where h.account_id = r.account_id order by h.rev limit 1) as changed_at "
    "from account_rev r where r.account_id > $1 order by r.account_id limit $2"};
const std::string is_old_change =
    "rev in (select rev from (select rev, changed_at from contact_changes where account_id = $1 "
    "order by rev limit $3) x where changed_at < $2)";
const Query uncount_old_history{"contacts.uncount_old_history", uncount_text(is_old_change)};
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

const Query select_old_urls{
    "contacts.old_urls",
    "select account_id from dav_gone where gone_at < $1 order by gone_at limit 1"};
// In the order of the key: the oldest of each book are its first.
const std::string old_urls =
    "from dav_gone where account_id = $1 and gone_at < $2 order by book, rev limit $3";
const Query forget_urls{
    "contacts.forget_urls",
    "update account_rev set forgotten_rev = coalesce((select max(rev) from (select rev " +
        old_urls + ") x where rev > forgotten_rev), forgotten_rev) where account_id = $1"};
const Query delete_old_urls{
    "contacts.delete_old_urls",
    "delete from dav_gone where account_id = $1 and (book, rev) in (select book, rev " + old_urls +
        ") returning rev"};

/// Purges the history of one account.
Task<Result<int>> purge_history_of(store::Store& store, AccountId account, Time before) {
  for (int deleted = 0;;) {
    store::Batch batch;
    batch.add(uncount_old_history, account, before, limits::purge_rows_max);
    const auto gone = batch.add(delete_old_history, account, before, limits::purge_rows_max);
    const auto written = co_await store.write(account, std::move(batch));
    if (!written) co_return std::unexpected(written.error());
    if ((*written)[gone].empty()) co_return deleted;
    deleted += static_cast<int>((*written)[gone].size());
  }
}

const Query delete_old_label_history{
    "labels.delete_old_history",
    "delete from label_changes where (account_id, rev, label_id) in "
    "(select account_id, rev, label_id from label_changes where changed_at < $1 "
    "order by changed_at limit $2) returning rev"};

/// Purges the history of labels.
Task<Result<int>> purge_label_history(store::Store& store, Time before) {
  for (int deleted = 0;;) {
    const auto rows = co_await store.write_one(store::no_account, delete_old_label_history,
                                               values(before, limits::purge_rows_max));
    if (!rows) co_return std::unexpected(rows.error());
    if (rows->empty()) co_return deleted;
    deleted += static_cast<int>(rows->size());
  }
}

}  // namespace

Task<Result<int>> purge_history(store::Store& store, Time before) {
  const auto of_labels = co_await purge_label_history(store, before);
  if (!of_labels) co_return of_labels;
  int deleted = *of_labels;
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

// Returns the revision up to which changes must be deleted to free $3 bytes, of the $2 oldest
// changes.
const Query select_history_cutoff{
    "contacts.history_cutoff",
    "select coalesce(max(rev), 0) as rev from (select rev, bytes, "
    "sum(bytes) over (order by rev) as freed from (select rev, " +
        counted_bytes() +
        " as bytes from contact_changes where account_id = $1 order by rev limit $2) p) x "
        "where freed - bytes < $3"};
const Query uncount_history_until{"contacts.uncount_history_until", uncount_text("rev <= $2")};
const Query delete_history_until{
    "contacts.delete_history_until",
    "delete from contact_changes where account_id = $1 and rev <= $2 returning rev"};
const Query select_long_history{
    "contacts.long_history",
    "select account_id from account_rev where account_id > $1 and history_bytes > $2 "
    "order by account_id limit 1"};

/// Deletes some of the oldest changes to free `bytes`. Returns the number of deleted changes.
Task<Result<int>> trim_some(store::Store& store, AccountId account, std::int64_t bytes) {
  const auto cutoff = co_await store.read(
      select_history_cutoff, values(account, limits::purge_rows_max, bytes), Lane::scan);
  if (!cutoff) co_return std::unexpected(cutoff.error());
  const auto until = store::read_column<std::int64_t>(*cutoff, "rev");
  store::Batch batch;
  batch.add(uncount_history_until, account, until);
  const auto deleted = batch.add(delete_history_until, account, until);
  const auto written = co_await store.write(account, std::move(batch));
  if (!written) co_return std::unexpected(written.error());
  co_return static_cast<int>((*written)[deleted].size());
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

namespace {

/// What a client learns of once, and the statements that purge it.
struct Notices {
  const Query& select_old;  ///< an account that has old ones
  const Query& forget;      ///< raises the revision up to which they are no longer known
  const Query& delete_old;
};

Task<Result<int>> purge_notices(store::Store& store, Time before, const Notices& notices) {
  for (int deleted = 0;;) {
    const auto rows = co_await store.read(notices.select_old, values(before), Lane::scan);
    if (!rows) co_return std::unexpected(rows.error());
    if (rows->empty()) co_return deleted;
    const auto account = store::read_column<AccountId>(*rows, "account_id");
    store::Batch batch;
    batch.add(notices.forget, account, before, limits::purge_rows_max);
    const auto gone = batch.add(notices.delete_old, account, before, limits::purge_rows_max);
    const auto written = co_await store.write(account, std::move(batch));
    if (!written) co_return std::unexpected(written.error());
    deleted += static_cast<int>((*written)[gone].size());
    if ((*written)[gone].empty()) co_return deleted;
  }
}

}  // namespace

Task<Result<int>> purge_tombstones(store::Store& store, Time before) {
  co_return co_await purge_notices(
      store, before, {select_old_tombstones, forget_tombstones, delete_old_tombstones});
}

Task<Result<int>> purge_gone_urls(store::Store& store, Time before) {
  co_return co_await purge_notices(store, before, {select_old_urls, forget_urls, delete_old_urls});
}

}  // namespace kith::contacts
