#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/limits.hpp"
#include "contacts/rows/weigh.hpp"

namespace kith::contacts {

/// Part of a list, with the cursor of the next part.
template <class T>
struct Slice {
  std::vector<T> items;
  std::optional<std::string> next_cursor;  ///< null at the end of the list
};

/// Selects a part of a list that has no filters.
struct SliceRequest {
  std::optional<std::string> cursor;
  int limit = limits::page_size_default;
  Weigh weigh = {};  ///< null: items are answered as their rows
};

}  // namespace kith::contacts
