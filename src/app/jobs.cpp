#include "app/jobs.hpp"

#include <algorithm>
#include <chrono>

#include "accounts/audit.hpp"
#include "accounts/avatars.hpp"
#include "accounts/sessions.hpp"
#include "base/limits.hpp"
#include "contacts/books/books.hpp"
#include "contacts/photos/thumbnails.hpp"
#include "contacts/write/erase.hpp"
#include "contacts/write/history_bytes.hpp"
#include "contacts/write/purge.hpp"
#include "contacts/write/rederive.hpp"
#include "idempotency/idempotency_store.hpp"
#include "mail/outbox.hpp"

namespace kith::app {

using namespace std::chrono_literals;

namespace {

/// Deletes history that is too old, then history beyond the size limit.
Task<Result<int>> purge_history(store::Store& store, const Settings& settings, Time now) {
  const auto old =
      co_await contacts::purge_history(store, now - std::chrono::days(settings.history_days));
  if (!old || settings.history_mib == 0) co_return old;
  const auto more = co_await contacts::trim_histories(store, settings.history_bytes_max());
  if (!more) co_return more;
  co_return *old + *more;
}

/// Deletes what clients that sync no longer need to learn, and the rows of deleted books, which the
/// history needs too.
Task<Result<int>> purge_tombstones(store::Store& store, const Settings& settings, Time now) {
  const Time before = now - std::chrono::days(settings.tombstone_days);
  const auto contacts = co_await contacts::purge_tombstones(store, before);
  if (!contacts) co_return contacts;
  const auto urls = co_await contacts::purge_gone_urls(store, before);
  if (!urls) co_return urls;
  const int book_days = std::max(settings.tombstone_days, settings.history_days);
  const auto books = co_await contacts::purge_books(store, now - std::chrono::days(book_days));
  if (!books) co_return books;
  co_return *contacts + *urls + *books;
}

}  // namespace

std::vector<jobs::Job> all_jobs(const Settings& settings, blob::Blobs& blobs, Backups& backups) {
  std::vector<jobs::Job> table{
      {"purge_trash", 1h,
       [&settings](store::Store& store, Time now) -> Task<Result<int>> {
         const auto finished = co_await contacts::finish_erasures(store);
         if (!finished) co_return std::unexpected(finished.error());
         if (settings.trash_days == 0) co_return 0;
         co_return co_await contacts::purge_trash(store,
                                                  now - std::chrono::days(settings.trash_days));
       }},
      {"purge_tombstones", 6h,
       [&settings](store::Store& store, Time now) {
         return purge_tombstones(store, settings, now);
       }},
      {"purge_history", 6h,
       [&settings](store::Store& store, Time now) { return purge_history(store, settings, now); }},
      {"recount_histories", 24h,
       [](store::Store& store, Time) { return contacts::recount_histories(store); }},
      {"purge_idempotency_keys", 1h,
       [](store::Store& store, Time now) {
         return idempotency::purge_idempotency_keys(store, now - limits::idempotency_key_lifetime);
       }},
      {"purge_mail", 6h,
       [](store::Store& store, Time now) {
         return mail::purge_mails(store, now - std::chrono::days(limits::mail_kept_days));
       }},
      {"purge_tokens", 1h,
       [](store::Store& store, Time now) { return accounts::purge_tokens(store, now); }},
      {"purge_audit", 6h,
       [&settings](store::Store& store, Time now) -> Task<Result<int>> {
         if (settings.audit_days == 0) co_return 0;
         co_return co_await accounts::purge_audit(store,
                                                  now - std::chrono::days(settings.audit_days));
       }},
      {"purge_avatars", 10min,
       [&blobs](store::Store& store, Time now) {
         return accounts::purge_avatars(store, blobs, now);
       }},
      {"purge_thumbnails", 10min,
       [&blobs](store::Store& store, Time now) {
         return contacts::purge_thumbnails(store, blobs, now);
       }},
      // Runs at the start, because a new version may have new rules; later for rows that an older
      // instance wrote during a rolling restart.
      {.name = "recompute_derived",
       .interval = 10min,
       .run = [](store::Store& store, Time) { return contacts::recompute_derived(store); },
       .is_wanted_at_start = [](store::Store& store) { return contacts::has_outdated(store); }},
  };
  if (settings.backup_hours > 0) {
    table.push_back({"backup", std::chrono::hours(settings.backup_hours),
                     [&backups](store::Store&, Time now) { return backups.run(now); }});
  }
  return table;
}

}  // namespace kith::app
