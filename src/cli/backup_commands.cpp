#include "cli/backup_commands.hpp"

#include <filesystem>
#include <span>

#include <fmt/core.h>

#include "app/data_folder.hpp"
#include "app/installation.hpp"
#include "app/keys.hpp"
#include "backup/copy.hpp"
#include "backup/restore.hpp"
#include "cli/exit_codes.hpp"
#include "cli/progress_bar.hpp"

namespace kith::cli {

namespace {

int newest_schema() { return static_cast<int>(store::migrations().size()); }

/// A command that only reads does not migrate, since an older program may be serving.
bool has_our_schema(int schema, const std::string& database) {
  if (schema == newest_schema()) return true;
  const char* what = schema == 0 ? "is empty."
                     : schema < newest_schema()
                         ? "belongs to an older Kith. Use that version, or run kith migrate."
                         : "belongs to a newer Kith. Use that version.";
  fmt::print(stderr, "The database {} {}\n", database, what);
  return false;
}

std::string database_name(const app::Settings& settings) {
  return settings.database_url.postgres ? settings.database_url.masked() : settings.sqlite_path();
}

void tell(const std::string& file, const backup::Head& head) {
  std::string time;
  head.created_at.append_to(time);
  fmt::print("{}: Kith {}, schema {}, {}, {} rows, {} bytes\n", file, head.kith, head.schema, time,
             head.rows, std::filesystem::file_size(file));
}

}  // namespace

int back_up(const app::Settings& settings, const BackupArguments& arguments) {
  ProgressBar progress;
  if (arguments.check_alone) {
    const backup::Head head = backup::verify_backup(arguments.file, progress);
    progress.finish();
    tell(arguments.file, head);
    return 0;
  }
  app::require_database(settings);
  const auto database = app::open_database(settings);
  if (!has_our_schema(database->schema(), database_name(settings))) return failed;
  const auto blobs = app::open_blobs(settings);
  const auto written =
      backup::write_backup(arguments.file, database->bulk(store::BulkMode::read), *blobs, progress);
  progress.finish();
  tell(arguments.file, written.head);
  return 0;
}

namespace {

/// Returns the migrations up to the schema of an archive.
std::span<const store::Migration> steps_to(int schema) {
  return store::migrations().first(static_cast<std::size_t>(schema));
}

/// Reserves the database for this process. Returns null, after an error on stderr, while a server
/// uses it: the server would continue with cached data.
app::Reservation reserve(const app::Settings& settings) {
  auto reservation = app::reserve_database(settings);
  if (!reservation) {
    fmt::print(stderr, "A server or command is using the database {}. Stop it first.\n",
               database_name(settings));
  }
  return reservation;
}

/// Returns whether all data may be replaced. Prints an error on stderr if not.
bool may_replace(const store::Bulk& bulk, const std::string& name, bool force) {
  if (force || backup::has_nobody(bulk)) return true;
  fmt::print(stderr, "The database {} has accounts. Add --force to replace all its data.\n", name);
  return false;
}

/// Checks the same before anything is changed.
bool may_begin(store::Database& database, const std::string& name, bool force) {
  return force || database.schema() == 0 ||
         may_replace(*database.bulk(store::BulkMode::read), name, force);
}

}  // namespace

int restore(const app::Settings& settings, const BackupArguments& arguments) {
  ProgressBar progress;
  const backup::Head head = backup::verify_backup(arguments.file, progress);
  progress.finish();
  app::prepare_data_folder(settings, app::DataFolder::created);
  const std::string name = database_name(settings);
  const auto reservation = reserve(settings);
  if (!reservation) return failed;
  app::load_keys(settings);
  const auto database = app::open_database(settings);
  if (!may_begin(*database, name, arguments.force)) return failed;
  if (database->schema() > head.schema) {
    fmt::print(stderr,
               "The archive was written by an older Kith (schema {}). Restore it into an empty "
               "database (docs/operations.md, Backups), where it is migrated.\n",
               head.schema);
    return failed;
  }
  app::open_database(settings, steps_to(head.schema))->migrate();
  const auto blobs = app::open_blobs(settings);
  const auto bulk = database->bulk(store::BulkMode::write);
  if (!may_replace(*bulk, name, arguments.force)) return failed;
  const auto restored = backup::restore(arguments.file, *bulk, *blobs, progress);
  progress.finish();
  fmt::print("{}: restored, rows: {}, pictures: {}. All users must sign in again.\n", name,
             restored.rows, restored.pictures);
  database->migrate();
  return 0;
}

namespace {

/// Returns the settings with another database; nothing, after an error on stderr, for an invalid
/// URL.
std::optional<app::Settings> settings_with(app::Settings settings, const std::string& url) {
  const auto parsed = app::DatabaseUrl::parse(url);
  const bool is_same = parsed && parsed->text == settings.database_url.text;
  if (is_same && !parsed->text.empty()) return settings;  // with KITH_DATABASE_PASSWORD
  if (parsed && !parsed->text.empty()) {
    settings.database_url = *parsed;
    return settings;
  }
  fmt::print(stderr, "The URL of a database {}.\n", parsed ? "must not be empty" : parsed.error());
  return std::nullopt;
}

}  // namespace

int copy(const app::Settings& settings, const BackupArguments& arguments) {
  const auto from_settings = settings_with(settings, arguments.from);
  const auto to_settings = settings_with(settings, arguments.to);
  if (!from_settings || !to_settings) return wrong_usage;
  const std::string from_name = database_name(*from_settings);
  const std::string to_name = database_name(*to_settings);
  if (from_name == to_name) {
    fmt::print(stderr, "{} cannot be copied onto itself.\n", from_name);
    return wrong_usage;
  }
  app::require_database(*from_settings);
  const auto from = app::open_database(*from_settings);
  if (!has_our_schema(from->schema(), from_name)) return failed;
  const auto reservation = reserve(*to_settings);
  if (!reservation) return failed;
  const auto to = app::open_database(*to_settings);
  if (!may_begin(*to, to_name, arguments.force)) return failed;
  to->migrate();
  const auto source = from->bulk(store::BulkMode::read);
  const auto target = to->bulk(store::BulkMode::write);
  if (!may_replace(*target, to_name, arguments.force)) return failed;
  ProgressBar progress;
  const auto copied = backup::copy(*source, *target, progress);
  progress.finish();
  for (const auto& each : copied) {
    fmt::print("{:<20} {:>12} rows  {}\n", each.name, each.rows, each.sha256_hex);
  }
  return 0;
}

}  // namespace kith::cli
