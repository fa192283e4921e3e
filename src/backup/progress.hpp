#pragma once

#include <cstdint>
#include <stdexcept>
#include <string_view>

namespace kith::backup {

/// Somebody has asked for long work to end; nothing of it shall stay.
class Interrupted : public std::runtime_error {
 public:
  Interrupted() : std::runtime_error("interrupted; nothing was changed") {}
};

/// Who looks on at long work.
class Progress {
 public:
  virtual ~Progress() = default;

  /// Another stretch of it begins, `total` rows long.
  virtual void begin(std::string_view what, std::int64_t total) = 0;

  /// So many rows of it are done. Throws Interrupted.
  virtual void add(std::int64_t rows) = 0;
};

}  // namespace kith::backup
