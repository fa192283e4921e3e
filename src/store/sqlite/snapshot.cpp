#include "store/sqlite/snapshot.hpp"

#include <cerrno>
#include <cstdio>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace kith::store::sqlite {

namespace {

[[noreturn]] void fail(const std::string& what, int code) {
  throw Broken(what + ": " + std::system_category().message(code));
}

/// SQLite does not wait for what it writes with VACUUM INTO to be on the disk.
void sync_file(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = fd >= 0 && ::fsync(fd) == 0;
  const int code = errno;
  if (fd >= 0) ::close(fd);
  if (!synced) fail("write " + path, code);
}

std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out.append(c == '\'' ? "''" : std::string(1, c));
  return out + "'";
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

std::string write_snapshot(Connection& connection, const std::string& path, int schema, Time now) {
  const std::string snapshot = path + ".schema-" + std::to_string(schema) + "-" + compact(now);
  const std::string partial = snapshot + ".partial";
  ::unlink(partial.c_str());
  make_private_file(partial);
  try {
    connection.execute("vacuum into " + quoted(partial));
    sync_file(partial);
  } catch (const Broken& broken) {
    ::unlink(partial.c_str());
    throw Broken("the snapshot before the migration: " + std::string(broken.what()));
  }
  if (std::rename(partial.c_str(), snapshot.c_str()) != 0) fail("write " + snapshot, errno);
  return snapshot;
}

}  // namespace kith::store::sqlite
