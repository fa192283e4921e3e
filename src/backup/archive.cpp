#include "backup/archive.hpp"

#include <array>
#include <cerrno>
#include <filesystem>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.hpp"
#include "crypto/digest.hpp"

namespace kith::backup {

namespace {

struct FreeEntry {
  void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};

/// Returns the error text, with the system's reason: libarchive's text alone does not say that the
/// disk is full.
std::string error_of(archive* archive) {
  const int code = archive_errno(archive);
  const std::string text = archive_error_string(archive);
  return code > 0 ? text + ": " + std::generic_category().message(code) : text;
}

void check(archive* archive, long long result) {
  if (result < ARCHIVE_OK) throw std::runtime_error("the archive: " + error_of(archive));
}

[[noreturn]] void fail_at(const std::string& path) {
  throw std::system_error(errno, std::generic_category(), path);
}

/// Creates a file that only its owner may read, and never reuses an existing file: it holds the
/// data of all accounts.
int make_file(const std::string& path) {
  ::unlink(path.c_str());
  constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  const int file = ::open(path.c_str(), flags, S_IRUSR | S_IWUSR);
  if (file < 0) fail_at(path);
  return file;
}

void sync_folder_of(const std::string& path) {
  const std::string folder = std::filesystem::absolute(path).parent_path();
  const int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) fail_at(folder);
  const bool synced = ::fsync(file) == 0;
  ::close(file);
  if (!synced) fail_at(folder);
}

std::string digest_of(std::string_view bytes) { return crypto::to_hex(crypto::sha256(bytes)); }

}  // namespace

void ArchiveWriter::Close::operator()(archive* writer) const { archive_write_free(writer); }

ArchiveWriter::ArchiveWriter(std::string path, Time now)
    : path_(std::move(path)), partial_path_(path_ + ".partial"), now_(now) {
  if (std::filesystem::exists(path_)) throw std::runtime_error(path_ + " already exists");
  file_ = make_file(partial_path_);
  writer_.reset(archive_write_new());
  check(writer_.get(), archive_write_set_format_pax_restricted(writer_.get()));
  check(writer_.get(), archive_write_add_filter_zstd(writer_.get()));
  check(writer_.get(), archive_write_open_fd(writer_.get(), file_));
}

ArchiveWriter::~ArchiveWriter() {
  writer_.reset();
  if (file_ >= 0) ::close(file_);
  if (!published_) ::unlink(partial_path_.c_str());
}

void ArchiveWriter::add(const std::string& name, std::string_view bytes) {
  write(name, bytes);
  sums_ += digest_of(bytes) + "  " + name + "\n";
}

void ArchiveWriter::write(const std::string& name, std::string_view bytes) {
  const std::unique_ptr<archive_entry, FreeEntry> entry(archive_entry_new());
  archive_entry_set_pathname_utf8(entry.get(), name.c_str());
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_perm(entry.get(), S_IRUSR | S_IWUSR);
  archive_entry_set_mtime(entry.get(), now_.micros / micros_per_second, 0);
  archive_entry_set_size(entry.get(), static_cast<la_int64_t>(bytes.size()));
  check(writer_.get(), archive_write_header(writer_.get(), entry.get()));
  check(writer_.get(), archive_write_data(writer_.get(), bytes.data(), bytes.size()));
}

void ArchiveWriter::finish() {
  write(std::string(sums_name), sums_);
  check(writer_.get(), archive_write_close(writer_.get()));
  if (::fsync(file_) != 0) fail_at(partial_path_);
  ::close(std::exchange(file_, -1));
}

void ArchiveWriter::publish() {
  if (::rename(partial_path_.c_str(), path_.c_str()) != 0) fail_at(path_);
  published_ = true;
  sync_folder_of(path_);
}

void ArchiveReader::Close::operator()(archive* reader) const { archive_read_free(reader); }

ArchiveReader::ArchiveReader(const std::string& path) : path_(path), reader_(archive_read_new()) {
  constexpr std::size_t block_bytes = 64 * 1024;
  check(reader_.get(), archive_read_support_filter_zstd(reader_.get()));
  check(reader_.get(), archive_read_support_format_tar(reader_.get()));
  if (archive_read_open_filename(reader_.get(), path.c_str(), block_bytes) != ARCHIVE_OK) {
    fail(archive_error_string(reader_.get()));
  }
}

void ArchiveReader::fail(const std::string& what) const {
  throw std::runtime_error(path_ + ": " + what);
}

std::optional<ArchiveReader::File> ArchiveReader::next() {
  auto file = read_file();
  if (!file) fail("it is truncated: its checksums are missing");
  if (file->name == sums_name) {
    check_sums(file->bytes);
    if (read_file()) fail("there is data after its checksums");
    return std::nullopt;
  }
  if (digests_.size() >= limits::backup_files_max) fail("it has too many files");
  if (!digests_.emplace(file->name, digest_of(file->bytes)).second) {
    fail(file->name + " appears twice");
  }
  return file;
}

std::optional<ArchiveReader::File> ArchiveReader::read_file() {
  archive_entry* entry = nullptr;
  const int found = archive_read_next_header(reader_.get(), &entry);
  if (found == ARCHIVE_EOF) return std::nullopt;
  if (found != ARCHIVE_OK) fail(archive_error_string(reader_.get()));
  const char* name = archive_entry_pathname_utf8(entry);
  File file{.name = name ? name : "", .bytes = {}};
  std::array<char, 64 * 1024> part;
  for (;;) {
    const la_ssize_t count = archive_read_data(reader_.get(), part.data(), part.size());
    if (count < 0) fail(archive_error_string(reader_.get()));
    if (count == 0) return file;
    file.bytes.append(part.data(), static_cast<std::size_t>(count));
    if (file.bytes.size() > limits::backup_file_bytes_max) fail(file.name + " is too large");
  }
}

void ArchiveReader::check_sums(std::string_view sums) {
  constexpr std::size_t digest_digits = 64;
  constexpr std::string_view gap = "  ";
  std::size_t named = 0;
  while (!sums.empty()) {
    const std::string_view line = sums.substr(0, sums.find('\n'));
    sums.remove_prefix(std::min(line.size() + 1, sums.size()));
    if (line.size() <= digest_digits + gap.size()) fail("its checksums are malformed");
    const std::string_view name = line.substr(digest_digits + gap.size());
    const auto found = digests_.find(name);
    if (found == digests_.end()) fail(std::string(name) + " is missing");
    if (found->second != line.substr(0, digest_digits)) {
      fail(std::string(name) + " is damaged: its checksum does not match");
    }
    ++named;
  }
  if (named != digests_.size()) fail("a file has no checksum");
}

}  // namespace kith::backup
