#pragma once

#include <string>

#include "backup/backup.hpp"

namespace kith::backup {

/// Reads an archive to its end and returns its description. Blocks. Throws std::runtime_error,
/// which names what is damaged, missing or unknown to this program; Interrupted.
Head verify_backup(const std::string& path, Progress& progress);

/// The result of a restore.
struct Restored {
  std::int64_t rows = 0;
  std::int64_t pictures = 0;
};

/// Replaces all data of `bulk` with the archive's data, and commits: whole or not at all. REQUIRES:
/// `verify_backup` has read the archive; `bulk` has the schema of its head.
///
/// A restore moves clients back in time. So all revisions rise beyond any revision ever sent:
/// syncing clients start over (410) instead of missing what was undone, and entity tags of lost
/// states match nothing. All users must sign in again, because a session that ended after the
/// backup must not become valid again.
///
/// Throws std::runtime_error, store::DatabaseError, Interrupted.
Restored restore(const std::string& path, store::Bulk& bulk, blob::BlobStore& blobs,
                 Progress& progress);

/// Returns whether the database has no accounts, so that a restore cannot lose data.
bool has_nobody(const store::Bulk& bulk);

}  // namespace kith::backup
