#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace kith::contacts {

/// A filter of the parts of a packed text that may hold a needle, so that a search for rare words
/// reads little of it. Contacts are grouped in the order of the text. For each of many hashes of up
/// to three bytes, each group has a bit that is set if the group has text of that hash: a group can
/// hold a needle only if the bits of all its pieces are set. Immutable once built.
class SearchFilter {
 public:
  static constexpr std::size_t group_contacts = 64;

  /// One bit for each group, 64 in a word.
  using Groups = std::vector<std::uint64_t>;

  SearchFilter() = default;

  /// Builds the filter; `ends` has the end of each contact's text. REQUIRES: `ends` is not empty.
  SearchFilter(std::string_view packed, std::span<const std::size_t> ends);

  /// Returns whether there is no filter, so that each group may hold any text.
  bool empty() const { return rows_.empty(); }

  /// Returns the groups that may hold `needle`. REQUIRES: not empty().
  Groups groups_of(std::string_view needle) const;

  /// Returns the size in memory, in bytes.
  std::size_t bytes() const { return rows_.capacity() * sizeof(std::uint64_t); }

 private:
  std::size_t words_ = 0;            ///< per row
  std::vector<std::uint64_t> rows_;  ///< a row for each hash, one after the other
};

/// Returns the number of groups in a set.
std::size_t count_groups(const SearchFilter::Groups& groups);

/// Removes from `groups` those that are not in `others`. REQUIRES: both come from one filter.
void keep_common(SearchFilter::Groups& groups, const SearchFilter::Groups& others);

/// Adds `others` to `groups`. REQUIRES: both come from one filter.
void add_all(SearchFilter::Groups& groups, const SearchFilter::Groups& others);

}  // namespace kith::contacts
