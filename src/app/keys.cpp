#include "app/keys.hpp"

#include <cerrno>
#include <fstream>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/digest.hpp"
#include "crypto/random.hpp"

namespace kith::app {

namespace {

constexpr mode_t owner_only_file = S_IRUSR | S_IWUSR;
constexpr std::size_t token_chars = 43;

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

void write_durably(const std::string& path, std::string_view text) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, owner_only_file);
  if (fd < 0) fail(path);
  const bool written = ::fchmod(fd, owner_only_file) == 0 &&
                       ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                       ::fsync(fd) == 0;
  const int code = errno;
  ::close(fd);
  errno = code;
  if (!written) fail(path);
}

/// Writes the complete file under another name first, so that neither a crash nor a second process
/// leaves or reads half a key; `link` succeeds for only a single process.
void make_key_file(const std::string& path) {
  const std::string draft = path + "." + std::to_string(::getpid());
  ::unlink(draft.c_str());
  write_durably(draft, crypto::random_token());
  const bool linked = ::link(draft.c_str(), path.c_str()) == 0 || errno == EEXIST;
  const int code = errno;
  ::unlink(draft.c_str());
  errno = code;
  if (!linked) fail(path);
}

std::string read_key_file(const std::string& path) {
  errno = 0;
  std::ifstream file(path);
  if (!file) fail(path);
  std::string key;
  if (!(file >> key) || key.size() < token_chars) {
    throw std::runtime_error(path +
                             " does not hold a key. Restore the file, or delete it: then a "
                             "new key is created and all users must sign in again");
  }
  return key;
}

std::string derive(std::string_view secret, std::string_view purpose) {
  return secret.empty() ? std::string() : crypto::HmacSha256(secret)(purpose);
}

}  // namespace

Keys load_keys(const Settings& settings) {
  std::string secret = settings.secret_key;
  if (secret.empty()) {
    const std::string path = settings.data_dir + "/secret.key";
    if (::access(path.c_str(), F_OK) != 0) make_key_file(path);
    secret = read_key_file(path);
  }
  return {.tokens = derive(secret, "access tokens"),
          .tokens_previous = derive(settings.secret_key_previous, "access tokens"),
          .cursors = derive(secret, "cursors"),
          .cursors_previous = derive(settings.secret_key_previous, "cursors"),
          .links = derive(secret, "links"),
          .links_previous = derive(settings.secret_key_previous, "links")};
}

}  // namespace kith::app
