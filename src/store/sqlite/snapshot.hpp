#pragma once

#include <string>

#include "base/time.hpp"
#include "store/sqlite/connection.hpp"

namespace kith::store::sqlite {

/// Opens a file that its owner alone may read and write, and makes it if it is missing: SQLite
/// would make it by the umask. Throws DatabaseError.
void make_private_file(const std::string& path);

/// Holds whoever else wants to migrate the database at `path` until it goes, or the process ends
/// (flock(2) of its folder). Throws DatabaseError.
class MigrationLock {
 public:
  explicit MigrationLock(const std::string& path);
  ~MigrationLock();
  MigrationLock(const MigrationLock&) = delete;
  MigrationLock& operator=(const MigrationLock&) = delete;

 private:
  int folder_;
};

/// Writes the database as it is to a file beside it, `PATH.schema-9-20261127T210000Z`, whole and on
/// the disk, before its schema goes on from 9; the file's path. Throws DatabaseError.
std::string write_snapshot(Connection& connection, const std::string& path, int schema, Time now);

}  // namespace kith::store::sqlite
