#pragma once

#include <string>

#include "backup/backup.hpp"

namespace kith::backup {

/// Reads an archive to its end, and gives what it says of itself. Blocks. Throws
/// std::runtime_error, which names what is damaged, missing or not known to this program;
/// Interrupted.
Head verify_backup(const std::string& path, Progress& progress);

/// What came back.
struct Restored {
  std::int64_t rows = 0;
  std::int64_t pictures = 0;
};

/// Puts what is in the archive in the place of all that `bulk` has, and commits: whole or not at
/// all. REQUIRES: `verify_backup` has read it; `bulk` has the schema of its head.
///
/// Time has gone back for the clients. So all revisions rise beyond any that was ever told, and
/// whoever syncs begins anew (410) instead of missing what was undone; entity tags of lost states
/// match nothing. Everybody has to sign in again: a session that was ended since must not be alive.
///
/// Throws std::runtime_error, store::DatabaseError, Interrupted.
Restored restore(const std::string& path, store::Bulk& bulk, blob::BlobStore& blobs,
                 Progress& progress);

/// Whether there is nothing to lose: no account.
bool has_nobody(const store::Bulk& bulk);

}  // namespace kith::backup
