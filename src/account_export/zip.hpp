#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/time.hpp"

struct archive;

namespace kith::account_export {

/// A ZIP archive that grows in memory, entry by entry and piece by piece. Blocks while it
/// compresses: for threads that may. Throws std::runtime_error when libarchive refuses.
class ZipWriter {
 public:
  explicit ZipWriter(Time now);

  /// Begins the file `name` of the archive.
  void begin(const std::string& name);

  /// Adds to the file that was begun last.
  void append(std::string_view bytes);

  /// How large the archive is by now.
  std::size_t size() const { return out_->size(); }

  /// How much memory it takes: at most twice as much.
  std::size_t memory_bytes() const { return out_->capacity(); }

  /// The whole archive. Nothing can be added any more.
  std::string finish();

 private:
  struct Close {
    void operator()(archive* writer) const;
  };

  Time now_;
  std::unique_ptr<std::string> out_ = std::make_unique<std::string>();  // libarchive points to it
  std::unique_ptr<archive, Close> writer_;
};

}  // namespace kith::account_export
