#pragma once

#include <string>

namespace kith::store::sqlite {

/// A lock on `PATH.lock`, beside an SQLite database: processes that work with its rows share it,
/// and the process that replaces all its data has it alone. It ends with the object or the process.
class UseLock {
 public:
  UseLock() = default;
  ~UseLock();
  UseLock(const UseLock&) = delete;
  UseLock& operator=(const UseLock&) = delete;

  /// Takes the lock together with other processes. Throws DatabaseError when a process has it
  /// alone.
  void share(const std::string& path);

  /// Takes the lock alone. False when other processes share it. Throws DatabaseError when the lock
  /// cannot be used.
  bool take_alone(const std::string& path);

 private:
  bool take(const std::string& path, int kind);

  int file_ = -1;
};

}  // namespace kith::store::sqlite
