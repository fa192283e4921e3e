#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/time.hpp"

struct archive;

namespace kith::account_export {

/// A ZIP archive that is written entry by entry and read piece by piece; read bytes are freed. The
/// size of an entry follows it (a data descriptor), so no byte is rewritten. Blocks while it
/// compresses, so use it on threads that may block. Throws std::runtime_error when libarchive
/// fails.
class ZipWriter {
 public:
  explicit ZipWriter(Time now);

  /// Begins the file `name` of the archive.
  void begin(const std::string& name);

  /// Appends to the current file.
  void append(std::string_view bytes);

  /// Ends the archive. No data can be added afterwards.
  void finish();

  /// Returns the number of bytes ready to be taken.
  std::size_t size() const { return out_->size(); }

  /// Moves the ready bytes to the end of `out`.
  void take(std::string& out);

 private:
  struct Close {
    void operator()(archive* writer) const;
  };

  Time now_;
  std::unique_ptr<std::string> out_ = std::make_unique<std::string>();  // libarchive points to it
  std::unique_ptr<archive, Close> writer_;
};

}  // namespace kith::account_export
