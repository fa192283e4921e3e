#include "cli/doctor.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <memory>

#include <fmt/core.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include "app/backups.hpp"
#include "app/installation.hpp"
#include "app/keys.hpp"
#include "app/mail.hpp"
#include "app/sharing.hpp"
#include "backup/backup.hpp"
#include "base/explain.hpp"
#include "base/version.hpp"
#include "base/zone.hpp"
#include "blob/fetch.hpp"
#include "cli/consistency_checks.hpp"
#include "cli/progress_bar.hpp"
#include "contacts/write/derived_check.hpp"
#include "http/tls.hpp"
#include "store/rows.hpp"

namespace kith::cli {

using store::Rows;
using store::Table;

namespace {

constexpr const char* database_advice =
    "see KITH_DATABASE_URL; if it is damaged, keep it and restore a backup";
constexpr std::int64_t certificate_days_min = 14;
constexpr std::uintmax_t room_min = std::uintmax_t{1} << 30;

/// The state of the contacts.
struct ContactCounts {
  std::int64_t all = 0;
  std::int64_t wrong = 0;         ///< with wrong derived columns
  std::int64_t outdated = 0;      ///< wrong contacts that a job recomputes
  std::int64_t unreadable = 0;    ///< contacts that cannot be read
  std::int64_t contradicted = 0;  ///< contacts whose fields are not those of their card
};

/// Returns `1 contact`, `2 contacts`.
std::string counted(std::int64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

void count_contact(const Rows& rows, std::size_t row, ContactCounts& counts,
                   contacts::CardCheck& cards) {
  try {
    cards.add_contact(rows, row);
    counts.outdated += contacts::has_outdated_columns(rows, row) ? 1 : 0;
    counts.wrong += contacts::has_right_columns(rows, row) ? 0 : 1;
  } catch (const store::DatabaseError&) {
    ++counts.unreadable;
  }
}

/// Counts the cards that give their contacts other fields.
std::int64_t count_wrong_cards(store::Bulk& bulk, const contacts::CardCheck& cards) {
  const Table& table = *store::find_table(bulk, "cards");
  std::int64_t wrong = 0;
  ProgressBar progress;
  if (table.rows > 0) progress.begin("cards", table.rows);
  bulk.read(table, [&](const Rows& rows) {
    for (std::size_t row = 0; row < rows.size(); ++row) wrong += cards.is_right(rows, row) ? 0 : 1;
    progress.add(static_cast<std::int64_t>(rows.size()));
  });
  progress.finish();
  return wrong;
}

ContactCounts count_contacts(store::Bulk& bulk) {
  const Table& table = *store::find_table(bulk, "contacts");
  ContactCounts counts{.all = table.rows};
  contacts::CardCheck cards;
  ProgressBar progress;
  if (table.rows > 0) progress.begin("contacts", table.rows);
  bulk.read(table, [&](const Rows& rows) {
    for (std::size_t row = 0; row < rows.size(); ++row) count_contact(rows, row, counts, cards);
    progress.add(static_cast<std::int64_t>(rows.size()));
  });
  progress.finish();
  bulk.read(*store::find_table(bulk, "labels"), [&](const Rows& rows) {
    for (std::size_t row = 0; row < rows.size(); ++row) cards.add_label(rows, row);
  });
  bulk.read(*store::find_table(bulk, "contact_labels"), [&](const Rows& rows) {
    for (std::size_t row = 0; row < rows.size(); ++row) cards.add_contact_label(rows, row);
  });
  counts.contradicted = count_wrong_cards(bulk, cards);
  return counts;
}

/// Runs the checks in order; a check that fails to run is reported as ill.
class Doctor {
 public:
  explicit Doctor(const app::Settings& settings) : settings_(settings) {}

  int examine() {
    look("program", "reinstall Kith", [&] { look_at_program(); });
    look("zones", "install the package tzdata, or set TZDIR to its folder",
         [&] { tell({Health::good, "zones", "time zones are in " + require_zones(), ""}); });
    look("folder", "see KITH_DATA_DIR", [&] { look_at_folder(); });
    look("key", "see KITH_SECRET_KEY", [&] { look_at_key(); });
    look("access", "see KITH_LISTEN and KITH_SIGNUP", [&] { look_at_access(); });
    look("tls", "see KITH_TLS_CERT and KITH_TLS_KEY", [&] { look_at_certificate(); });
    look("backups", "see KITH_BACKUP_DIR", [&] { look_at_backups(); });
    look("database", database_advice, [&] { look_at_database(); });
    look("redis", "see KITH_REDIS_URL; without Redis each instance works alone",
         [&] { look_at_redis(); });
    look("mail", "see KITH_SMTP_URL", [&] { look_at_mail(); });
    return ill_ ? 1 : 0;
  }

 private:
  template <class Look>
  void look(const char* what, const char* advice, Look at) {
    try {
      at();
    } catch (const backup::Interrupted&) {
      throw;
    } catch (const std::exception& failed) {
      tell({Health::ill, what, explain(failed), advice});
    }
  }

  /// Runs a check that uses a transaction within a savepoint, since PostgreSQL refuses further
  /// statements after a failure.
  template <class Look>
  void look_in(store::Bulk& bulk, const char* what, const char* advice, Look at) {
    look(what, advice, [&] {
      bulk.execute("savepoint look");
      try {
        at();
      } catch (...) {
        undo(bulk);
        throw;
      }
    });
  }

  /// A lost connection must not hide the first failure.
  static void undo(store::Bulk& bulk) {
    try {
      bulk.execute("rollback to look");
    } catch (const store::DatabaseError&) {
      return;
    }
  }

  void tell(const Finding& finding) {
    const char* mark = finding.health == Health::good       ? "ok"
                       : finding.health == Health::doubtful ? "warn"
                                                            : "FAIL";
    fmt::print("{:<5} {:<10} {}\n", mark, finding.what, finding.text);
    if (!finding.advice.empty()) fmt::print("{:<16} -> {}\n", "", finding.advice);
    ill_ = ill_ || finding.health == Health::ill;
  }

  void look_at_program() {
    tell({Health::good, "program",
          fmt::format("Kith {} ({}), SQLite {}", version, commit, sqlite3_libversion()), ""});
    const std::string image = settings_.image_program_path();
    if (std::filesystem::exists(image)) return;
    tell({Health::ill, "pictures", "the program " + image + " is missing",
          "install kith-image in ../libexec/kith, or set KITH_IMAGE_PROGRAM"});
  }

  void look_at_folder() {
    const std::filesystem::path folder = settings_.data_dir;
    const std::filesystem::path file = settings_.sqlite_path();
    if (!std::filesystem::exists(folder)) {
      throw std::runtime_error("there is no folder " + folder.string());
    }
    for (const auto& [path, wanted] :
         {std::pair{folder, 0700U}, {folder / "secret.key", 0600U}, {file, 0600U}}) {
      struct stat found = {};
      if (::stat(path.c_str(), &found) != 0) continue;
      const unsigned mode = found.st_mode & 0777U;
      if ((mode & ~wanted) == 0) continue;
      tell({Health::ill, "folder",
            fmt::format("other users can read {} (mode {:o})", path.string(), mode),
            fmt::format("chmod {:o} {}", wanted, path.string())});
    }
    const auto room = std::filesystem::space(folder).available;
    const std::string text = fmt::format("{}: {} MiB free", folder.string(), room >> 20);
    if (room >= room_min) return tell({Health::good, "folder", text, ""});
    tell({Health::doubtful, "folder", text, "free disk space; writes fail when the disk is full"});
  }

  /// A missing key is not a fault: the server creates one.
  void look_at_key() {
    const std::string path = settings_.data_dir + "/secret.key";
    if (!settings_.secret_key.empty() || std::filesystem::exists(path)) app::load_keys(settings_);
  }

  /// Checks access from other machines. A trusted proxy is assumed to terminate TLS.
  void look_at_access() {
    const bool is_public = !settings_.listen.endpoint().address().is_loopback();
    const std::string place = settings_.listen.text;
    if (is_public && !settings_.has_tls() && settings_.trusted_proxies.empty()) {
      tell({Health::doubtful, "tls", fmt::format("passwords travel unencrypted to {}", place),
            "set KITH_TLS_CERT and KITH_TLS_KEY, or put a proxy in front and name it in "
            "KITH_TRUSTED_PROXIES"});
    }
    if ((is_public || !settings_.trusted_proxies.empty()) && settings_.signup.open) {
      tell({Health::doubtful, "signup", "everyone who can reach the server can create an account",
            "set KITH_SIGNUP to closed or to your e-mail domains"});
    }
  }

  void look_at_certificate() {
    if (!settings_.has_tls()) return;
    const Time ends = http::Tls(settings_.tls_cert, settings_.tls_key).expires_at();
    const std::int64_t left = ends.micros - Clock().now().micros;
    const std::int64_t days = std::abs(left) / micros_per_day;
    constexpr const char* advice = "renew it and send SIGHUP to the server";
    if (left <= 0) {
      const std::string text = fmt::format("the certificate expired {} ago", counted(days, "day"));
      return tell({Health::ill, "tls", text, advice});
    }
    const std::string text = fmt::format("the certificate is valid for {}", counted(days, "day"));
    if (days >= certificate_days_min) return tell({Health::good, "tls", text, ""});
    tell({Health::doubtful, "tls", text, advice});
  }

  void look_at_backups() {
    const std::string folder = settings_.backup_folder();
    if (settings_.backup_hours == 0) {
      return tell({Health::good, "backups", "automatic backups are off (KITH_BACKUP_HOURS=0)", ""});
    }
    const auto newest = app::newest_backup(folder);
    if (!newest) {
      return tell({Health::doubtful, "backups", "there is no backup in " + folder,
                   "kith jobs backup writes one now or says why it cannot"});
    }
    const std::int64_t hours = (Clock().now().micros - newest->micros) / micros_per_second / 3600;
    const std::string text =
        fmt::format("the newest backup in {} is {} old", folder, counted(hours, "hour"));
    if (hours < 2 * settings_.backup_hours) return tell({Health::good, "backups", text, ""});
    tell({Health::ill, "backups", text, "kith jobs backup writes one now or says why it cannot"});
  }

  void look_at_database() {
    app::require_database(settings_);
    const auto database = app::open_database(settings_);
    const auto schema = static_cast<std::size_t>(database->schema());
    if (schema != store::migrations().size()) {
      const bool newer = schema > store::migrations().size();
      return tell({Health::ill, "database",
                   fmt::format("the database has schema {}, this program {}", schema,
                               store::migrations().size()),
                   newer ? "use the newer Kith that wrote it" : "run kith migrate"});
    }
    const auto bulk = database->bulk(store::BulkMode::read);
    look_in(*bulk, "database", database_advice, [&] { look_at_structure(*bulk); });
    look_at_rows(*bulk);
    look_in(*bulk, "contacts", database_advice, [&] { look_at_contacts(*bulk); });
    look_in(*bulk, "pictures", "see KITH_BLOB_URL", [&] { look_at_pictures(*bulk); });
    if (settings_.database_url.postgres) {
      look_in(*bulk, "clock", database_advice, [&] { look_at_clock(*bulk); });
    }
  }

  void look_at_structure(store::Bulk& bulk) {
    ProgressBar progress;
    progress.begin("structure", 1);
    const auto faults = bulk.faults();
    progress.add(1);
    progress.finish();
    for (const std::string& fault : faults) {
      tell({Health::ill, "database", fault,
            settings_.database_url.postgres ? "reindex, or validate the constraint"
                                            : "stop Kith, keep the file, restore a backup"});
    }
    if (!faults.empty()) return;
    const std::string name =
        settings_.database_url.postgres ? settings_.database_url.masked() : settings_.sqlite_path();
    tell({Health::good, "database",
          fmt::format("{}: schema {}, {}", name, store::migrations().size(),
                      counted(bulk.number("select count(*) from accounts"), "account")),
          ""});
  }

  void look_at_rows(store::Bulk& bulk) {
    const CheckContext context{Clock().now(), settings_.account_bytes_max};
    bool all_good = true;
    for (const ConsistencyCheck& check : consistency_checks()) {
      bool good = false;
      look_in(bulk, "rows", database_advice, [&] {
        const auto finding = run_check(bulk, check, context);
        good = !finding;
        if (finding) tell(*finding);
      });
      all_good = all_good && good;
    }
    if (all_good) tell({Health::good, "rows", "the tables are consistent", ""});
  }

  void look_at_contacts(store::Bulk& bulk) {
    const ContactCounts counts = count_contacts(bulk);
    if (counts.wrong + counts.unreadable + counts.contradicted == 0) {
      tell({Health::good, "contacts", fmt::format("{} checked", counted(counts.all, "contact")),
            ""});
    }
    if (counts.unreadable > 0) {
      tell({Health::ill, "contacts",
            fmt::format("{} of {} cannot be read", counts.unreadable,
                        counted(counts.all, "contact")),
            "restore a backup"});
    }
    if (counts.contradicted > 0) {
      tell({Health::ill, "contacts",
            fmt::format("{} with a card that says something else",
                        counted(counts.contradicted, "contact")),
            "restore a backup"});
    }
    if (counts.wrong > 0) {
      tell({Health::doubtful, "contacts",
            fmt::format("{} of {} with outdated sort or search columns", counts.wrong,
                        counted(counts.all, "contact")),
            counts.outdated > 0
                ? "the server recomputes them in the background; kith jobs recompute_derived does "
                  "it now"
                : "another program changed the database, or it is damaged; editing a contact "
                  "recomputes its columns"});
    }
  }

  void look_at_pictures(store::Bulk& bulk) {
    const auto blobs = app::open_blobs(settings_);
    const auto names = backup::read_pictures(bulk);
    ProgressBar progress;
    if (!names.empty()) progress.begin("pictures", std::ssize(names));
    const auto missing = std::ranges::count_if(names, [&](const auto& name) {
      progress.add(1);
      const auto found = blob::fetch(*blobs, name, Clock().now());
      if (found || found.error().code == Errc::not_found) return !found;
      throw std::runtime_error(found.error().detail);
    });
    progress.finish();
    if (missing == 0) {
      return tell({Health::good, "pictures",
                   fmt::format("{} checked", counted(std::ssize(names), "picture")), ""});
    }
    tell({Health::ill, "pictures",
          fmt::format("{} of {} missing", missing, counted(std::ssize(names), "picture")),
          "restore the files, or ask the users to upload their pictures again"});
  }

  void look_at_clock(store::Bulk& bulk) {
    const std::int64_t there =
        bulk.number("select cast(extract(epoch from clock_timestamp()) * 1000000 as bigint)");
    const double seconds = static_cast<double>(there - Clock().now().micros) / 1e6;
    const std::string text = fmt::format("the clock of the database differs by {:+.1f} s", seconds);
    if (std::abs(seconds) < 5) return tell({Health::good, "clock", text, ""});
    tell({Health::doubtful, "clock", text, "synchronise the clocks of both machines"});
  }

  void look_at_redis() {
    if (settings_.redis_url.host.empty()) return;
    app::check_redis(settings_.redis_url);
    tell({Health::good, "redis", "Redis answers", ""});
  }

  void look_at_mail() {
    const mail::Site site{settings_.base_url(settings_.listen.endpoint())};
    const auto transport = app::make_transport(settings_, site);
    if (const auto checked = transport->check(); !checked) {
      return tell({Health::ill, "mail", checked.error().reason, "see KITH_SMTP_URL"});
    }
    tell({Health::good, "mail", "mail goes to " + transport->description(), ""});
  }

  const app::Settings& settings_;
  bool ill_ = false;
};

}  // namespace

int examine(const app::Settings& settings) { return Doctor(settings).examine(); }

}  // namespace kith::cli
