#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vcard/document.hpp"

namespace kith::vcard {

/// The properties of each group of a card (`item1.EMAIL`, `item1.X-ABLabel`), at depth 0. Names of
/// groups have no case. Built in O(n log n) once, so that a card of many groups costs no more.
/// REQUIRES: the document stays in place.
class Groups {
 public:
  explicit Groups(const Document& document);

  /// Returns the indices of the lines of a group, in order.
  std::span<const std::uint32_t> lines_of(std::string_view group) const;

  /// Returns the first `X-ABLabel` in the group of a line.
  std::optional<Line> label_of(const Line& line) const;

 private:
  /// A group: its lines are `lines_` from `begin` to that of the next group.
  struct Group {
    std::string folded_name;
    std::size_t begin = 0;
    std::optional<std::uint32_t> label = {};
  };

  const Group* find(std::string_view name) const;

  const Document* document_;
  std::vector<Group> groups_;  ///< by name
  std::vector<std::uint32_t> lines_;
};

/// Returns whether a property only describes the others of its group: `X-ABLabel`, `X-ABADR`.
bool is_companion(const Line& line);

}  // namespace kith::vcard
