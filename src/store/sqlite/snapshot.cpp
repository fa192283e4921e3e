#include "store/sqlite/snapshot.hpp"

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/migrate.hpp"

namespace kith::store::sqlite {

namespace {

[[noreturn]] void fail(const std::string& what, int code) {
  throw DatabaseError(what + ": " + std::system_category().message(code));
}

/// Flushes the file to disk, which VACUUM INTO does not do.
void sync_file(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = fd >= 0 && ::fsync(fd) == 0;
  const int code = errno;
  if (fd >= 0) ::close(fd);
  if (!synced) fail("write " + path, code);
}

}  // namespace

void make_private_file(const std::string& path) {
  constexpr mode_t owner_only = S_IRUSR | S_IWUSR;
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, owner_only);
  const bool made = fd >= 0 && ::fchmod(fd, owner_only) == 0;
  const int code = errno;
  if (fd >= 0) ::close(fd);
  if (!made) fail("open " + path, code);
}

MigrationLock::MigrationLock(const std::string& path) {
  const std::string folder = std::filesystem::absolute(path).parent_path();
  folder_ = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder_ < 0) fail("open " + folder, errno);
  while (::flock(folder_, LOCK_EX) != 0) {
    if (errno == EINTR) continue;
    const int code = errno;
    ::close(folder_);
    fail("lock " + folder, code);
  }
}

MigrationLock::~MigrationLock() { ::close(folder_); }

std::string write_snapshot(Connection& connection, const std::string& path, int schema, Time now) {
  const std::string snapshot = path + ".schema-" + std::to_string(schema) + "-" + compact(now);
  const std::string partial = path + ".snapshot.partial";  // a leftover is removed first
  ::unlink(partial.c_str());
  make_private_file(partial);
  try {
    connection.execute("vacuum into " + sql_literal(partial));
    sync_file(partial);
  } catch (const DatabaseError& broken) {
    ::unlink(partial.c_str());
    throw DatabaseError("writing the snapshot before the migration: " + std::string(broken.what()));
  }
  if (std::rename(partial.c_str(), snapshot.c_str()) != 0) fail("write " + snapshot, errno);
  sync_file(std::filesystem::absolute(path).parent_path());
  return snapshot;
}

}  // namespace kith::store::sqlite
