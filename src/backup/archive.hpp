#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"

struct archive;

namespace kith::backup {

/// The file in an archive with the checksums of the others, in the format of `sha256sum -c`.
inline constexpr std::string_view sums_name = "SHA256SUMS";

/// A tar archive (POSIX.1-2001, pax) compressed with zstd (RFC 8878). It stays at `partial_path`
/// until it is complete and durable, and then gets its name. All calls throw std::runtime_error.
class ArchiveWriter {
 public:
  /// Throws when `path` exists.
  ArchiveWriter(std::string path, Time now);
  /// Removes the archive unless it was published.
  ~ArchiveWriter();
  ArchiveWriter(const ArchiveWriter&) = delete;
  ArchiveWriter& operator=(const ArchiveWriter&) = delete;

  /// Adds a file.
  void add(const std::string& name, std::string_view bytes);

  /// Adds the checksums and syncs the archive to disk. REQUIRES: no file is added afterwards.
  void finish();

  /// Gives the finished archive its name.
  void publish();

  /// Returns the path of the archive until it is published.
  const std::string& partial_path() const { return partial_path_; }

 private:
  struct Close {
    void operator()(archive* writer) const;
  };

  void write(const std::string& name, std::string_view bytes);

  std::string path_;
  std::string partial_path_;
  Time now_;
  int file_ = -1;
  bool published_ = false;
  std::unique_ptr<archive, Close> writer_;
  std::string sums_;
};

/// Reads an archive from its beginning. All calls throw std::runtime_error, which says what is
/// wrong with the file.
class ArchiveReader {
 public:
  struct File {
    std::string name;
    std::string bytes;
  };

  explicit ArchiveReader(const std::string& path);

  /// Returns the next file, or nothing at the end, after all files matched the checksums and
  /// nothing followed them. Throws for a file larger than `limits::backup_file_bytes_max`.
  std::optional<File> next();

 private:
  struct Close {
    void operator()(archive* reader) const;
  };

  [[noreturn]] void fail(const std::string& what) const;
  std::optional<File> read_file();
  void check_sums(std::string_view sums);

  std::string path_;
  std::unique_ptr<archive, Close> reader_;
  std::map<std::string, std::string, std::less<>> digests_;  // by name, in hexadecimal
};

}  // namespace kith::backup
