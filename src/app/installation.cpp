#include "app/installation.hpp"

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <thread>

#include <spdlog/spdlog.h>

#include "blob/cloudinary/cloud.hpp"
#include "blob/local/folder.hpp"
#include "blob/s3/bucket.hpp"
#include "store/postgres/database.hpp"
#include "store/sqlite/database.hpp"

namespace kith::app {

namespace {

/// Half the cores: logins must not take the loops' time.
std::size_t password_threads() {
  return std::max<std::size_t>(1, std::thread::hardware_concurrency() / 2);
}

Keys make_keys(const Settings& settings) {
  make_data_dir(settings.data_dir);
  return load_keys(settings);
}

}  // namespace

std::unique_ptr<store::Database> open_database(const Settings& settings,
                                               std::span<const store::Migration> steps) {
  make_data_dir(settings.data_dir);
  if (const auto& server = settings.database_url.postgres) {
    return store::postgres::open({.url = *server, .migrations = steps});
  }
  return store::sqlite::open({.path = settings.sqlite_path(), .migrations = steps});
}

void require_database(const Settings& settings) {
  const std::string path = settings.sqlite_path();
  if (settings.database_url.postgres || std::filesystem::exists(path)) return;
  throw std::runtime_error("there is no file " + path + "; is KITH_DATA_DIR right?");
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
    : keys_(make_keys(settings)),
      signer_(keys_.tokens, keys_.tokens_previous),
      database_(open_database(settings)),
      passwords_(password_threads()),
      site_{settings.base_url(settings.listen.endpoint())},
      blobs_(open_blobs(settings)),
      backups_(settings, *database_, blobs_.store()) {
  // On a database that is large a step may take minutes; an empty one is nothing to talk about.
  bool is_empty = false;
  const store::Migrated migrated = database_->migrate([&](const store::Migration& step) {
    is_empty = is_empty || step.number == 1;
    if (!is_empty) spdlog::info("database: step {} ({})", step.number, step.name);
  });
  if (migrated.from != migrated.to) {
    spdlog::info("database schema: {} -> {}", migrated.from, migrated.to);
  }
}

Installation existing_installation(const Settings& settings) {
  require_database(settings);
  return Installation(settings);
}

}  // namespace kith::app
