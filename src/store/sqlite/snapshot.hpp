#pragma once

#include <string>

#include "base/time.hpp"
#include "store/sqlite/connection.hpp"

namespace kith::store::sqlite {

/// Creates the file if it is missing, with permissions for its owner only; SQLite would apply the
/// umask. Throws DatabaseError.
void make_private_file(const std::string& path);

/// A lock that keeps others from migrating the database at `path` until it is destroyed or the
/// process ends (flock(2) of its folder). Throws DatabaseError.
class MigrationLock {
 public:
  explicit MigrationLock(const std::string& path);
  ~MigrationLock();
  MigrationLock(const MigrationLock&) = delete;
  MigrationLock& operator=(const MigrationLock&) = delete;

 private:
  int folder_;
};

/// Writes a durable copy of the database beside it, `PATH.schema-9-20261127T210000Z`, before a
/// migration from schema 9. Returns the path of the copy. Throws DatabaseError.
std::string write_snapshot(Connection& connection, const std::string& path, int schema, Time now);

}  // namespace kith::store::sqlite
