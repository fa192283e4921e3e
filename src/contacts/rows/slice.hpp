#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/limits.hpp"

namespace kith::contacts {

/// Some contacts in order, and where the next ones begin.
template <class T>
struct Slice {
  std::vector<T> items;
  std::optional<std::string> next_cursor;  ///< null when these were the last
};

/// Which part of a list without further choices.
struct SliceRequest {
  std::optional<std::string> cursor;
  int limit = limits::page_size_default;
};

}  // namespace kith::contacts
