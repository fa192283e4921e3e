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

/// The backups that are written by themselves, on a thread of its own: `KITH_BACKUP_KEEP` archives
/// in a folder, each read back before an older one goes.
class Backups {
 public:
  /// REQUIRES: all outlive this.
  Backups(const Settings& settings, store::Database& database, blob::BlobStore& blobs);

  /// Writes one of now and takes those away that are too many; how many went. Throws what keeps it
  /// from its end; then the older ones stay.
  Task<Result<int>> run(Time now);

  /// Ends the one that is being written; nothing of it stays.
  void stop() { stopping_ = true; }

 private:
  int write(Time now);

  const Settings& settings_;
  store::Database& database_;
  blob::BlobStore& blobs_;
  std::atomic<bool> stopping_ = false;
  Workers thread_;
};

/// The name of an archive in the folder: `kith-20261127T210000Z.tar.zst`.
std::string backup_name(Time now);

/// When the newest archive in the folder was written; nothing when there is none. Throws
/// std::filesystem::filesystem_error.
std::optional<Time> newest_backup(const std::string& folder);

/// Of the files in a folder those that are to go so that the newest `keep` archives stay; what has
/// another name than `backup_name` gives is none.
std::vector<std::string> superfluous_backups(std::vector<std::string> names, int keep);

}  // namespace kith::app
