#include "store/sqlite/use_lock.hpp"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/store.hpp"

namespace kith::store::sqlite {

namespace {

[[noreturn]] void fail(const std::string& file) {
  const std::string reason = std::generic_category().message(errno);
  throw DatabaseError("lock " + file + ": " + reason);
}

}  // namespace

UseLock::~UseLock() {
  if (file_ >= 0) ::close(file_);
}

void UseLock::share(const std::string& path) {
  if (file_ >= 0 || take(path, LOCK_SH)) return;
  throw DatabaseError("the data in " + path +
                      " is being replaced by kith restore or kith copy; start again afterwards");
}

bool UseLock::take_alone(const std::string& path) { return take(path, LOCK_EX); }

bool UseLock::take(const std::string& path, int kind) {
  // A file of its own: closing a descriptor of the database would end SQLite's locks on it.
  const std::string file = path + ".lock";
  if (file_ < 0) file_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file_ < 0) fail(file);
  // Whatever the umask is. The file of another owner keeps its permissions.
  if (::fchmod(file_, S_IRUSR | S_IWUSR) != 0 && errno != EPERM) fail(file);
  while (::flock(file_, kind | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return false;
    if (errno != EINTR) fail(file);
  }
  return true;
}

}  // namespace kith::store::sqlite
