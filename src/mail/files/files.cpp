#include "mail/files/files.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace kith::mail {

namespace {

/// A file descriptor, closed on destruction.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int get() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }

 private:
  int fd_;
};

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

/// Writes a file durably. Returns false and sets `errno` on failure.
bool write_file(const std::string& path, std::string_view bytes) {
  constexpr mode_t owner_only = S_IRUSR | S_IWUSR;
  const Descriptor file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, owner_only));
  return file.is_open() && ::fchmod(file.get(), owner_only) == 0 && write_all(file.get(), bytes) &&
         ::fsync(file.get()) == 0;
}

/// Creates the folder if it is missing, with permissions for its owner only, regardless of the
/// umask.
bool make_folder(const std::string& path) {
  if (::mkdir(path.c_str(), S_IRWXU) == 0) return ::chmod(path.c_str(), S_IRWXU) == 0;
  return errno == EEXIST;
}

bool sync_folder(const std::string& path) {
  const Descriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return folder.is_open() && ::fsync(folder.get()) == 0;
}

}  // namespace

std::expected<std::string, Failure> FileTransport::send(const Message& message,
                                                        const std::stop_token&) {
  const std::string path = folder_ + "/" + message.name + ".eml";
  const std::string draft = folder_ + "/." + message.name + ".draft";
  const bool written = make_folder(folder_) && write_file(draft, message.bytes) &&
                       ::rename(draft.c_str(), path.c_str()) == 0 && sync_folder(folder_);
  if (written) return "written to " + path;
  const std::string why = std::generic_category().message(errno);
  ::unlink(draft.c_str());
  return std::unexpected(Failure{FailureKind::internal, path + ": " + why});
}

std::string FileTransport::description() const {
  return "files in " + folder_ + " (KITH_SMTP_URL is not set)";
}

}  // namespace kith::mail
