#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/time.hpp"

struct archive;

namespace kith::account_export {

/// A ZIP archive that is made entry by entry and taken piece by piece: what was taken is not kept.
/// The size of an entry stands behind it (a data descriptor), so nothing is written twice. Blocks
/// while it compresses: for threads that may. Throws std::runtime_error when libarchive refuses.
class ZipWriter {
 public:
  explicit ZipWriter(Time now);

  /// Begins the file `name` of the archive.
  void begin(const std::string& name);

  /// Adds to the file that was begun last.
  void append(std::string_view bytes);

  /// Ends the archive. Nothing can be added any more.
  void finish();

  /// How many bytes wait to be taken.
  std::size_t size() const { return out_->size(); }

  /// Moves the bytes that wait behind `out`.
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
