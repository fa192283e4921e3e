#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace kith::contacts {

/// Tells which parts of a packed text can hold a needle, so that a search for rare words reads
/// little of it. Contacts are taken in groups in the order of the text. For each of many hashes of
/// up to three bytes there is a bit a group, set if the group has text of that hash: a group can
/// hold a needle only if it has the bits of all its pieces. Never changes once built.
class SearchFilter {
 public:
  static constexpr std::size_t group_contacts = 64;

  /// A bit for each group, 64 in a word.
  using Groups = std::vector<std::uint64_t>;

  SearchFilter() = default;

  /// `ends`: where the text of each contact ends. REQUIRES: it is not empty.
  SearchFilter(std::string_view packed, std::span<const std::size_t> ends);

  /// Whether there is none, and each group may hold anything.
  bool empty() const { return rows_.empty(); }

  /// The groups that can hold `needle`. REQUIRES: not empty().
  Groups groups_of(std::string_view needle) const;

  /// Bytes of memory.
  std::size_t bytes() const { return rows_.capacity() * sizeof(std::uint64_t); }

 private:
  std::size_t words_ = 0;            ///< of a row
  std::vector<std::uint64_t> rows_;  ///< a row for each hash, one after the other
};

/// The number of groups in a set.
std::size_t count_groups(const SearchFilter::Groups& groups);

/// Keeps of `groups` those in `others` too. REQUIRES: both come from one filter.
void keep_common(SearchFilter::Groups& groups, const SearchFilter::Groups& others);

/// Adds `others` to `groups`. REQUIRES: both come from one filter.
void add_all(SearchFilter::Groups& groups, const SearchFilter::Groups& others);

}  // namespace kith::contacts
