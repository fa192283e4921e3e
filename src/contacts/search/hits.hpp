#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "contacts/search/block.hpp"
#include "contacts/search/terms.hpp"

namespace kith::contacts {

/// The required kind of match.
enum class HitKind : std::uint8_t {
  any,        ///< every word, or the query as a phone number
  phrase,     ///< the words in sequence in one field, or the query as a phone number
  scattered,  ///< every word, but none of the above
};

/// A contact that matched.
struct Hit {
  SearchBlock::Entry entry;
  /// Whether the match begins a word of a field that is not secondary; for scattered words, whether
  /// each does.
  bool begins_word;
  /// The field of the match. For several words, the first field other than the name, unless the
  /// name has them all.
  MatchedField field;
};

/// Iterates over the hits in a block, in order.
class Hits {
 public:
  struct Options {
    HitKind kind = HitKind::any;
    /// Whether any position suffices: `begins_word` and `field` are then meaningless.
    bool first_place = false;
  };

  /// REQUIRES: block and terms outlive this.
  Hits(const SearchBlock& block, SearchBlock::Range range, const SearchTerms& terms,
       Options options);

  /// Returns the next hit of the range; nullopt at its end.
  std::optional<Hit> next();

  /// Asks for hits with `begins_word` only from now on: they are found much faster when there are
  /// many others. `next` may still return others.
  void want_words_alone() { words_alone_ = true; }

 private:
  /// One form of a term.
  struct Needle {
    std::string_view text;  ///< points into the terms
    bool in_digits;         ///< matches only in the digits of phone numbers
    bool may_be_digits;     ///< may match digits too, though it is searched for elsewhere
    bool begins_word;       ///< matches only at the beginnings of words
  };

  /// A needle and its next position. Reads only the groups that may hold it: those of one window, a
  /// run of adjacent groups, then of the next.
  struct Stream {
    Needle needle;
    bool is_driver;  ///< its matches count only if all other words match too
    SearchFilter::Groups groups = {};
    std::size_t next_group = 0;
    std::size_t window_begin = 0;  ///< offset in the texts
    std::size_t window_end = 0;
    std::size_t at = std::string_view::npos;
  };

  /// The best match of a term in a contact.
  struct Spot {
    bool begins_word;
    MatchedField field;
  };

  using Needles = std::vector<Needle>;

  static Needles needles_of(const SearchTerm& term);
  SearchFilter::Groups groups_of(const SearchTerm& term) const;
  void add_stream(const Needle& needle, const SearchFilter::Groups* within);
  void add_driver(const SearchTerms& terms);
  std::size_t find_place(const Needle& needle, std::size_t from, std::size_t end,
                         bool words_alone) const;
  bool open_window(Stream& stream) const;
  void move(Stream& stream, std::size_t from) const;
  void look_at(Stream& stream, std::size_t end, std::optional<Spot>& spot) const;
  std::optional<Spot> look_for(const Needles& term, std::size_t begin, std::size_t end) const;
  void note(std::size_t at, std::optional<Spot>& spot) const;
  void check_others(std::size_t begin, std::size_t end, std::optional<Spot>& spot) const;
  SearchBlock::Entry entry_at(std::size_t at);

  const SearchBlock& block_;
  SearchBlock::Range range_;
  Options options_;
  std::string_view texts_;  ///< of the block, up to the end of the range
  std::vector<Stream> streams_;
  std::vector<Needles> others_;  ///< the words besides the driver, the rarest first
  Needles excluded_;             ///< a contact that has one of them does not match
  bool words_alone_ = false;
};

}  // namespace kith::contacts
