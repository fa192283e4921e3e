#include "accounts/avatars.hpp"

#include <utility>

#include "accounts/avatar_urls.hpp"
#include "base/limits.hpp"
#include "store/rows.hpp"

namespace kith::accounts {

using blob::BlobName;
using store::Query;
using store::values;

namespace {

std::vector<BlobName> names_in(const store::Rows& rows) {
  std::vector<BlobName> names;
  names.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    names.push_back({store::read_column<std::string>(rows, "name", row)});
  }
  return names;
}

const Query register_avatar{"avatars.register",
                            "insert into avatars (name, account_id, state, created_at) "
                            "values ($1, $2, 'new', $3)"};

}  // namespace

Task<Result<Account>> Avatars::replace(AccountId account, std::string_view picture, Time now) {
  auto webp = co_await converter_.make(image::Product::square_250, picture);
  if (!webp) co_return std::unexpected(std::move(webp.error()));
  const BlobName name = BlobName::make();
  const auto known =
      co_await store_.write_one(account, register_avatar, values(name, account, now));
  if (!known && known.error().code == Errc::conflict) co_return account_is_gone();
  if (!known) co_return std::unexpected(known.error());
  const auto put = co_await blobs_.put(name, *std::move(webp));
  if (!put) co_return std::unexpected(put.error());
  co_return co_await adopt(account, name, now);
}

namespace {

// Updates the account's row first: of two concurrent changes of a picture the second waits here and
// then sees the result of the first.
const Query set_avatar{"avatars.set",
                       "update accounts set avatar_url = $2, updated_at = $3 where id = $1 "
                       "and exists (select 1 from avatars where name = $4 and account_id = $1 "
                       "and state = 'new') returning " +
                           store::column_list(Account::fields())};
const Query retire_others{"avatars.retire_others",
                          "update avatars set state = 'old' where account_id = $1 "
                          "and state = 'current' and exists (select 1 from avatars "
                          "where name = $2 and account_id = $1 and state = 'new') returning name"};
const Query make_current{"avatars.make_current",
                         "update avatars set state = 'current' where name = $1 "
                         "and account_id = $2 and state = 'new'"};

}  // namespace

/// Makes a stored blob the current picture and retires the previous one, in one transaction.
Task<Result<Account>> Avatars::adopt(AccountId account, const BlobName& name, Time now) {
  const std::string url = stored_avatar_url(name);
  store::Batch batch;
  const auto set = batch.add(set_avatar, account, url, now, name);
  const auto retired = batch.add(retire_others, account, name);
  batch.add(make_current, name, account);
  const auto written = co_await store_.write(account, std::move(batch));
  if (!written) co_return std::unexpected(written.error());
  if ((*written)[set].empty()) co_return account_is_gone();
  co_await take_away(names_in((*written)[retired]));
  co_return store::read_row<Account>((*written)[set], 0);
}

namespace {

const Query clear_avatar{"avatars.clear",
                         "update accounts set avatar_url = '', updated_at = $2 "
                         "where id = $1 and avatar_url <> ''"};
const Query retire{"avatars.retire",
                   "update avatars set state = 'old' where account_id = $1 "
                   "and state = 'current' returning name"};

}  // namespace

Task<Result<void>> Avatars::remove(AccountId account, Time now) {
  store::Batch batch;
  batch.add(clear_avatar, account, now);
  const auto retired = batch.add(retire, account);
  const auto written = co_await store_.write(account, std::move(batch));
  if (!written) co_return std::unexpected(written.error());
  co_await take_away(names_in((*written)[retired]));
  co_return Result<void>();
}

namespace {

const Query forget_avatar{"avatars.forget",
                          "delete from avatars where name = $1 "
                          "and (state = 'old' or account_id is null)"};

/// Removes the blob, then its row.
Task<Result<void>> take_away_one(store::Store& store, blob::Blobs& blobs, const BlobName& name) {
  const auto removed = co_await blobs.remove(name);
  if (!removed) co_return removed;
  const auto written = co_await store.write_one(store::no_account, forget_avatar, values(name));
  if (!written) co_return std::unexpected(written.error());
  co_return Result<void>();
}

}  // namespace

/// Best effort: blobs that cannot be removed are left to the `purge_avatars` job.
Task<void> Avatars::take_away(std::vector<BlobName> names) {
  for (const BlobName& name : names) {
    static_cast<void>(co_await take_away_one(store_, blobs_, name));
  }
}

namespace {

// A retired blob can no longer be adopted, so it may be removed.
const Query retire_unused{"avatars.retire_unused",
                          "update avatars set state = 'old' where state = 'new' "
                          "and (state <> 'current' or account_id is null) and created_at < $1"};
// A new blob of a deleted account is kept until its upload must have ended. The order is random so
// that blobs that cannot be removed do not block the others.
const Query select_unused{"avatars.unused",
                          "select name from avatars "
                          "where (state <> 'current' or account_id is null) "
                          "and (state = 'old' or (account_id is null and (state = 'current' "
                          "or created_at < $1))) order by random() limit $2"};

}  // namespace

Task<Result<int>> purge_avatars(store::Store& store, blob::Blobs& blobs, Time now) {
  const Time begun_before = now - limits::unused_avatar_age;
  const auto retired =
      co_await store.write_one(store::no_account, retire_unused, values(begun_before));
  if (!retired) co_return std::unexpected(retired.error());
  const auto rows =
      co_await store.read(select_unused, values(begun_before, limits::purge_rows_max));
  if (!rows) co_return std::unexpected(rows.error());
  int removed = 0;
  int failures = 0;
  Result<void> last_failure;
  for (const BlobName& name : names_in(*rows)) {
    const auto done = co_await take_away_one(store, blobs, name);
    removed += done ? 1 : 0;
    if (done) continue;
    last_failure = done;
    if (++failures == limits::blob_failures_max) break;
  }
  if (!last_failure) co_return std::unexpected(last_failure.error());
  co_return removed;
}

}  // namespace kith::accounts
