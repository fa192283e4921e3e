#include "contacts/search/filter.hpp"

#include <algorithm>
#include <array>
#include <bit>

namespace kith::contacts {

namespace {

constexpr unsigned row_bits = 12;
constexpr std::size_t row_count = std::size_t{1} << row_bits;
constexpr std::size_t word_bits = 64;
/// The maximum number of looked-up pieces of a needle; more would add little.
constexpr std::size_t needle_pieces_max = 48;

/// Returns whether `byte` is a tag or blank. Pieces end there, as every text has these.
bool is_border(unsigned char byte) { return byte <= ' '; }

std::size_t row_of(std::uint32_t piece) { return (piece * 0x9E3779B1U) >> (32 - row_bits); }

/// The last bytes of a text up to a position, without those before a border.
class Pieces {
 public:
  /// Calls `visit` with the row of each piece of one, two or three bytes that ends with `byte`.
  template <class Visit>
  void put(unsigned char byte, const Visit& visit) {
    if (is_border(byte)) {
      size_ = 0;
      return;
    }
    last_ = last_ << 8 | byte;
    size_ = std::min(size_ + 1, 3U);
    visit(row_of(last_ & 0xFF));
    if (size_ > 1) visit(row_of(last_ & 0xFFFF));
    if (size_ > 2) visit(row_of(last_ & 0xFFFFFF));
  }

 private:
  std::uint32_t last_ = 0;
  unsigned size_ = 0;
};

/// One word of each row.
using Bits = std::array<std::uint64_t, row_count>;

/// Sets `bit` in the rows of all pieces of `text`.
void add_pieces(Bits& bits, std::uint64_t bit, std::string_view text) {
  Pieces pieces;
  for (const char c : text) {
    pieces.put(static_cast<unsigned char>(c), [&](std::size_t row) { bits[row] |= bit; });
  }
}

}  // namespace

SearchFilter::SearchFilter(std::string_view packed, std::span<const std::size_t> ends) {
  constexpr std::size_t word_contacts = word_bits * group_contacts;
  words_ = (ends.size() + word_contacts - 1) / word_contacts;
  rows_.resize(row_count * words_);
  std::size_t begin = 0;
  for (std::size_t word = 0; word < words_; ++word) {
    // Collects the bits of 64 groups in memory that fits the processor's cache.
    Bits bits{};
    for (std::size_t group = 0; group < word_bits; ++group) {
      const std::size_t last = word * word_contacts + (group + 1) * group_contacts - 1;
      const std::size_t end = ends[std::min(last, ends.size() - 1)];
      add_pieces(bits, std::uint64_t{1} << group, packed.substr(begin, end - begin));
      begin = end;
    }
    for (std::size_t row = 0; row < row_count; ++row) rows_[row * words_ + word] = bits[row];
  }
}

SearchFilter::Groups SearchFilter::groups_of(std::string_view needle) const {
  Groups groups(words_, ~std::uint64_t{0});
  Pieces pieces;
  std::size_t count = 0;
  for (const char c : needle) {
    if (count >= needle_pieces_max) break;
    pieces.put(static_cast<unsigned char>(c), [&](std::size_t row) {
      for (std::size_t i = 0; i < words_; ++i) groups[i] &= rows_[row * words_ + i];
      ++count;
    });
  }
  return groups;
}

std::size_t count_groups(const SearchFilter::Groups& groups) {
  std::size_t count = 0;
  for (const std::uint64_t word : groups) count += static_cast<std::size_t>(std::popcount(word));
  return count;
}

void keep_common(SearchFilter::Groups& groups, const SearchFilter::Groups& others) {
  for (std::size_t i = 0; i < groups.size(); ++i) groups[i] &= others[i];
}

void add_all(SearchFilter::Groups& groups, const SearchFilter::Groups& others) {
  for (std::size_t i = 0; i < groups.size(); ++i) groups[i] |= others[i];
}

}  // namespace kith::contacts
