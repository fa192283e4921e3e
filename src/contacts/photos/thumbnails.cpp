#include "contacts/photos/thumbnails.hpp"

#include <chrono>
#include <utility>
#include <vector>

#include <fmt/core.h>
#include <spdlog/spdlog.h>

#include "base/limits.hpp"
#include "image/limits.hpp"
#include "store/rows.hpp"

namespace kith::contacts {

using blob::BlobName;
using store::Bytes;
using store::Query;
using store::values;

namespace {

using Done = Result<void>;

std::vector<BlobName> names_in(const store::Rows& rows) {
  std::vector<BlobName> names;
  names.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    names.push_back({store::read_column<std::string>(rows, "name", row)});
  }
  return names;
}

const Query register_thumbnail{
    "thumbnails.register",
    "insert into photo_thumbnails (name, account_id, photo_hash, edge, is_made, state, created_at) "
    "values ($1, $2, $3, $4, $5, 'new', $6)"};
// Conflicts if another request has made the same thumbnail.
const Query make_ready{"thumbnails.make_ready",
                       "update photo_thumbnails set state = 'ready' "
                       "where name = $1 and state = 'new' and account_id is not null"};
const Query retire{"thumbnails.retire",
                   "update photo_thumbnails set state = 'old' where name = $1"};
const Query drop_row{"thumbnails.drop",
                     "delete from photo_thumbnails where name = $1 "
                     "and (state = 'old' or account_id is null)"};

Done done_of(const Result<store::Rows>& written) {
  if (!written) return std::unexpected(written.error());
  return {};
}

/// Removes the blob, then its row.
Task<Done> take_away_one(store::Store& store, blob::Blobs& blobs, const BlobName& name) {
  const auto removed = co_await blobs.remove(name);
  if (!removed) co_return removed;
  co_return done_of(co_await store.write_one(store::no_account, drop_row, values(name)));
}

Task<Done> keep_one(store::Store& store, blob::Blobs& blobs, const BlobName& name,
                    std::optional<std::string> webp) {
  if (webp) {
    const auto put = co_await blobs.put(name, *std::move(webp));
    if (!put) co_return put;
  }
  const auto ready = co_await store.write_one(store::no_account, make_ready, values(name));
  if (ready || ready.error().code != Errc::conflict) co_return done_of(ready);
  const auto retired = co_await store.write_one(store::no_account, retire, values(name));
  if (!retired) co_return done_of(retired);
  co_return co_await take_away_one(store, blobs, name);
}

void warn(const Done& done) {
  if (!done) spdlog::warn("thumbnails: storing failed: {}", done.error().detail);
}

}  // namespace

Task<void> Thumbnails::keep(ThumbnailKey key, std::optional<std::string> webp, Time now) {
  const BlobName name = BlobName::make();
  try {
    const auto known = co_await store_.write_one(
        key.owner, register_thumbnail,
        values(name, key.owner, Bytes{key.photo_hash}, key.edge, webp.has_value(), now));
    warn(known ? co_await keep_one(store_, blobs_, name, std::move(webp)) : done_of(known));
  } catch (const store::DatabaseError& broken) {
    spdlog::warn("thumbnails: storing failed: {}", broken.what());
  }
}

namespace {

const Query retire_one{"thumbnails.retire_one",
                       "update photo_thumbnails set state = 'old' where account_id = $1 "
                       "and photo_hash = $2 and edge = $3 and state = 'ready'"};

}  // namespace

Task<void> Thumbnails::forget(ThumbnailKey key) {
  const auto forgotten = co_await store_.write_one(
      key.owner, retire_one, values(key.owner, Bytes{key.photo_hash}, key.edge));
  warn(done_of(forgotten));
}

namespace {

const std::string is_unused =
    "not exists (select 1 from contacts c where c.account_id = photo_thumbnails.account_id "
    "and c.photo_hash = photo_thumbnails.photo_hash)";
const Query retire_photo{"thumbnails.retire_photo",
                         "update photo_thumbnails set state = 'old' where account_id = $1 "
                         "and photo_hash = $2 and state = 'ready' and " +
                             is_unused + " returning name"};

}  // namespace

Task<void> Thumbnails::remove_unused(AccountId owner, std::string photo_hash) {
  try {
    const auto retired =
        co_await store_.write_one(owner, retire_photo, values(owner, Bytes{photo_hash}));
    if (!retired) co_return warn(done_of(retired));
    for (const BlobName& name : names_in(*retired)) {
      warn(co_await take_away_one(store_, blobs_, name));
    }
  } catch (const store::DatabaseError& broken) {
    spdlog::warn("thumbnails: removing failed: {}", broken.what());
  }
}

namespace {

const Query select_unused_photos{"thumbnails.of_lost_photos",
                                 "select name from photo_thumbnails where name > $1 "
                                 "and name <= $2 and state = 'ready' and " +
                                     is_unused + " order by name limit $3"};
const Query retire_unused{"thumbnails.retire_unused",
                          "update photo_thumbnails set state = 'old' where name = $1 "
                          "and state = 'ready' and " +
                              is_unused};

/// A range of names: above `first`, up to and including `last`.
struct NameRange {
  std::string first;
  std::string last;
};

/// Returns the names that a run at `now` checks: the part of the time of day among all names, which
/// are random. Twice as many as necessary, so that a late run leaves none out.
NameRange checked_names(Time now) {
  using std::chrono::duration_cast;
  using std::chrono::microseconds;
  constexpr auto round = duration_cast<microseconds>(image::thumbnail_sweep_time).count();
  constexpr auto step = 2 * duration_cast<microseconds>(std::chrono::minutes(10)).count();
  constexpr std::int64_t prefixes = 65'536;
  const std::int64_t end = now.micros % round;
  const auto prefix_at = [&](std::int64_t at) { return at * prefixes / round; };
  const std::int64_t begin = end < step ? 0 : prefix_at(end - step);
  const bool is_last = end + step >= round;
  return {fmt::format("{:04x}", begin), is_last ? "g" : fmt::format("{:04x}", prefix_at(end) + 1)};
}

/// Retires the thumbnails in a range that no contact needs. Reads them first, so that the writer
/// does not search.
Task<Done> retire_lost(store::Store& store, NameRange range) {
  for (;;) {
    const auto rows = co_await store.read(select_unused_photos,
                                          values(range.first, range.last, limits::purge_rows_max),
                                          store::Lane::scan);
    if (!rows) co_return std::unexpected(rows.error());
    const auto names = names_in(*rows);
    store::Batch batch;
    for (const BlobName& name : names) batch.add(retire_unused, name);
    if (names.empty()) co_return Done();
    const auto written = co_await store.write(store::no_account, std::move(batch));
    if (!written) co_return std::unexpected(written.error());
    range.first = names.back().text;
  }
}

const Query retire_unstored{"thumbnails.retire_unstored",
                            "update photo_thumbnails set state = 'old' where state = 'new' "
                            "and (state <> 'ready' or account_id is null) and created_at < $1"};
// Random, so that blobs that cannot be removed do not block the others.
const Query select_unused{"thumbnails.unused",
                          "select name from photo_thumbnails "
                          "where (state <> 'ready' or account_id is null) "
                          "and (state = 'old' or (account_id is null and (state = 'ready' "
                          "or created_at < $1))) order by random() limit $2"};

Task<Result<int>> take_away(store::Store& store, blob::Blobs& blobs,
                            const std::vector<BlobName>& names) {
  int removed = 0;
  int failures = 0;
  Done last_failure;
  for (const BlobName& name : names) {
    const auto done = co_await take_away_one(store, blobs, name);
    removed += done ? 1 : 0;
    if (done) continue;
    last_failure = done;
    if (++failures == limits::blob_failures_max) break;
  }
  if (!last_failure) co_return std::unexpected(last_failure.error());
  co_return removed;
}

}  // namespace

Task<Result<int>> purge_thumbnails(store::Store& store, blob::Blobs& blobs, Time now) {
  const Time begun_before = now - limits::unused_avatar_age;
  const auto retired =
      co_await store.write_one(store::no_account, retire_unstored, values(begun_before));
  if (!retired) co_return std::unexpected(retired.error());
  const auto lost = co_await retire_lost(store, checked_names(now));
  if (!lost) co_return std::unexpected(lost.error());
  const auto rows =
      co_await store.read(select_unused, values(begun_before, limits::purge_rows_max));
  if (!rows) co_return std::unexpected(rows.error());
  co_return co_await take_away(store, blobs, names_in(*rows));
}

}  // namespace kith::contacts
