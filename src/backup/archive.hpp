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

/// The file in an archive that says what the others hold, as `sha256sum -c` reads it.
inline constexpr std::string_view sums_name = "SHA256SUMS";

/// A tar archive (POSIX.1-2001, pax) in zstd (RFC 8878) that has its name when it is whole and on
/// the disk, or not at all: until then it is at `partial_path`. All calls throw std::runtime_error.
class ArchiveWriter {
 public:
  /// REQUIRES: nothing is at `path` (throws).
  ArchiveWriter(std::string path, Time now);
  /// Takes away what was not published.
  ~ArchiveWriter();
  ArchiveWriter(const ArchiveWriter&) = delete;
  ArchiveWriter& operator=(const ArchiveWriter&) = delete;

  /// Adds a file.
  void add(const std::string& name, std::string_view bytes);

  /// Adds the sums, and waits until all of it is on the disk. Nothing can be added any more.
  void finish();

  /// Gives the finished archive its name.
  void publish();

  /// Where it is until then.
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

  /// The next file; nothing when the sums have come, all files were those that they name, and
  /// nothing stood behind them. Throws for one larger than `limits::backup_file_bytes_max`.
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
