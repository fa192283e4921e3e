#pragma once

#include <cstdint>
#include <stdexcept>
#include <string_view>

namespace kith::backup {

/// Long work was interrupted on request; all its changes are discarded.
class Interrupted : public std::runtime_error {
 public:
  Interrupted() : std::runtime_error("interrupted; nothing was changed") {}
};

/// An observer of long work.
class Progress {
 public:
  virtual ~Progress() = default;

  /// Begins a phase of `total` rows.
  virtual void begin(std::string_view what, std::int64_t total) = 0;

  /// Reports that `rows` more rows are done. Throws Interrupted.
  virtual void add(std::int64_t rows) = 0;
};

}  // namespace kith::backup
