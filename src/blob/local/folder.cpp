#include "blob/local/folder.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <utility>

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/folder.hpp"
#include "base/limits.hpp"

namespace kith::blob::local {

namespace {

constexpr mode_t owner_only_file = S_IRUSR | S_IWUSR;

std::unexpected<Error> disk_failed(const char* what, int code) {
  spdlog::error("{} a blob: {}", what, std::generic_category().message(code));
  return refuse(Errc::unavailable, "The picture store is unavailable. Try again shortly.");
}

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(fd, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

/// Writes `bytes` to `path` durably. Returns false and sets errno on failure.
bool write_file(const std::string& path, std::string_view bytes) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, owner_only_file);
  if (fd < 0) return false;
  const bool written = write_all(fd, bytes) && ::fsync(fd) == 0;
  const int code = errno;
  ::close(fd);
  errno = code;
  return written;
}

bool sync_folder(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool synced = ::fsync(fd) == 0;
  const int code = errno;
  ::close(fd);
  errno = code;
  return synced;
}

bool unlink_if_there(const std::string& path) {
  return ::unlink(path.c_str()) == 0 || errno == ENOENT;
}

/// Reads the whole file. Returns false and sets errno on failure.
bool read_file(const std::string& path, std::string& out) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  std::array<char, 16 * 1024> part{};
  ssize_t count = 0;
  while ((count = ::read(fd, part.data(), part.size())) > 0 &&
         out.size() <= limits::avatar_bytes_max) {
    out.append(part.data(), static_cast<std::size_t>(count));
  }
  const int code = errno;
  ::close(fd);
  errno = code;
  return count == 0;
}

class Folder : public BlobStore {
 public:
  explicit Folder(std::string path) : path_(std::move(path)) { make_private_folder(path_); }

  /// Writes to a temporary name first, so that readers never see a partial file.
  Result<void> put(const BlobName& name, std::string_view bytes) override {
    const std::string part = part_of(name);
    const bool kept = write_file(part, bytes) &&
                      ::rename(part.c_str(), file_of(name).c_str()) == 0 && sync_folder(path_);
    if (kept) return {};
    const int code = errno;
    unlink_if_there(part);
    return disk_failed("writing", code);
  }

  Result<void> remove(const BlobName& name) override {
    const bool gone =
        unlink_if_there(part_of(name)) && unlink_if_there(file_of(name)) && sync_folder(path_);
    if (!gone) return disk_failed("removing", errno);
    return {};
  }

  Result<StoredBlob> get(const BlobName& name, Time) override {
    StoredBlob found;
    if (read_file(file_of(name), found.bytes)) return found;
    if (errno == ENOENT) return refuse(Errc::not_found, "The picture does not exist.");
    return disk_failed("reading", errno);
  }

  std::string public_base() const override { return {}; }

 private:
  std::string file_of(const BlobName& name) const {
    return (path_ + "/" + name.text).append(blob_suffix);
  }
  std::string part_of(const BlobName& name) const { return file_of(name) + ".part"; }

  std::string path_;
};

}  // namespace

std::unique_ptr<BlobStore> open(const std::string& folder) {
  return std::make_unique<Folder>(folder);
}

}  // namespace kith::blob::local
