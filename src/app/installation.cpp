#include "app/installation.hpp"

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <system_error>
#include <thread>

#include <spdlog/spdlog.h>

#include "app/data_folder.hpp"
#include "blob/cloudinary/cloud.hpp"
#include "blob/local/folder.hpp"
#include "blob/s3/bucket.hpp"
#include "store/postgres/database.hpp"
#include "store/sqlite/database.hpp"
#include "store/sqlite/use_lock.hpp"

namespace kith::app {

namespace {

/// Uses half of the cores, so that password checks leave CPU time for the loops.
std::size_t password_threads() {
  return std::max<std::size_t>(1, std::thread::hardware_concurrency() / 2);
}

}  // namespace

std::unique_ptr<store::Database> open_database(const Settings& settings,
                                               std::span<const store::Migration> steps) {
  if (const auto& server = settings.database_url.postgres) {
    return store::postgres::open({.url = *server, .migrations = steps});
  }
  return store::sqlite::open({.path = settings.sqlite_path(), .migrations = steps});
}

void require_database(const Settings& settings) {
  if (settings.database_url.postgres) return;
  const std::string path = settings.sqlite_path();
  std::error_code error;
  if (std::filesystem::exists(path, error)) return;
  if (error) {
    throw std::runtime_error("cannot open " + path + ": " + error.message() +
                             "; run kith as the user that owns the data");
  }
  throw std::runtime_error("there is no file " + path +
                           "; see KITH_DATA_DIR, or create a new installation with kith init");
}

Reservation reserve_database(const Settings& settings) {
  auto lock = std::make_shared<store::sqlite::UseLock>();
  if (const auto& server = settings.database_url.postgres) {
    return store::postgres::has_other_clients(*server) ? nullptr : lock;
  }
  return lock->take_alone(settings.sqlite_path()) ? lock : nullptr;
}

std::unique_ptr<blob::BlobStore> open_blobs(const Settings& settings) {
  switch (settings.blob_url.scheme) {
    case blob::Scheme::s3: return blob::s3::open(settings.blob_url);
    case blob::Scheme::cloudinary: return blob::cloudinary::open(settings.blob_url);
    case blob::Scheme::file: break;
  }
  return blob::local::open(settings.blob_folder());
}

Installation::Installation(const Settings& settings)
    : keys_(load_keys(settings)),
      signer_(keys_.tokens, keys_.tokens_previous),
      database_(open_database(settings)),
      passwords_(password_threads()),
      site_{settings.base_url(settings.listen.endpoint())},
      blobs_(open_blobs(settings)),
      backups_(settings, *database_, blobs_.store()) {
  // On a large database a step may take minutes; on an empty database no step is logged.
  bool is_empty = false;
  const store::Migrated migrated = database_->migrate([&](const store::Migration& step) {
    is_empty = is_empty || step.number == 1;
    if (!is_empty) spdlog::info("database: migrating step={} name={}", step.number, step.name);
  });
  if (migrated.from != migrated.to) {
    spdlog::info("database: migrated from={} to={}", migrated.from, migrated.to);
  }
}

Installation existing_installation(const Settings& settings) {
  require_database(settings);
  prepare_data_folder(settings, DataFolder::existing);
  return Installation(settings);
}

}  // namespace kith::app
