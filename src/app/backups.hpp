#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "app/settings.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "base/workers.hpp"
#include "blob/blob_store.hpp"
#include "store/store.hpp"

namespace kith::app {

/// Automatic backups, written on a dedicated thread: keeps `KITH_BACKUP_KEEP` archives in a folder,
/// and reads each archive back before it removes older archives.
class Backups {
 public:
  /// REQUIRES: all outlive this.
  Backups(const Settings& settings, store::Database& database, blob::BlobStore& blobs);

  /// Writes a backup, removes surplus backups and returns their number. Throws when the backup
  /// fails; then no backup is removed.
  Task<Result<int>> run(Time now);

  /// Aborts the backup that is being written and removes its file.
  void stop() { stopping_ = true; }

 private:
  int write(Time now);

  const Settings& settings_;
  store::Database& database_;
  blob::BlobStore& blobs_;
  std::atomic<bool> stopping_ = false;
  Workers thread_;
};

/// Returns the name of an archive in the folder: `kith-20261127T210000Z.tar.zst`.
std::string backup_name(Time now);

/// Returns when the newest archive in the folder was written; nothing if there is no archive.
/// Throws std::filesystem::filesystem_error.
std::optional<Time> newest_backup(const std::string& folder);

/// Returns the archives to remove so that the newest `keep` remain. Only files with names in the
/// format of `backup_name` count as archives.
std::vector<std::string> superfluous_backups(std::vector<std::string> names, int keep);

}  // namespace kith::app
