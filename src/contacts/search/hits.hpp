#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "contacts/search/block.hpp"
#include "contacts/search/terms.hpp"

namespace kith::contacts {

/// How a contact must match.
enum class HitKind : std::uint8_t {
  any,        ///< every word, or the query as a phone number
  phrase,     ///< the words one behind the other in one field, or the query as a phone number
  scattered,  ///< every word, but none of the above
};

/// A contact that was found.
struct Hit {
  SearchBlock::Entry entry;
  /// Whether a word of the contact begins where it was found; of scattered words, each.
  bool begins_word;
  /// The field in which it was found. Of several words the first field that is not the name, if
  /// the name does not have them all.
  MatchedField field;
};

/// The hits in a block, one after the other.
class Hits {
 public:
  struct Options {
    HitKind kind = HitKind::any;
    /// Whether any place is as good as another: `begins_word` and `field` mean nothing then.
    bool first_place = false;
  };

  /// REQUIRES: block and terms outlive this.
  Hits(const SearchBlock& block, SearchBlock::Range range, const SearchTerms& terms,
       Options options);

  /// The next hit of the range.
  std::optional<Hit> next();

  /// From now on only hits with `begins_word`: they are found much faster when there are many
  /// others. What `next` gives now may still be another.
  void want_words_alone() { words_alone_ = true; }

 private:
  /// One form of a term.
  struct Needle {
    std::string_view text;  ///< of the terms
    bool in_digits;         ///< looked for in the digits of phone numbers alone
    bool may_be_digits;     ///< digits may hold it, though it is looked for elsewhere
    bool begins_word;       ///< looked for at the beginnings of words alone
  };

  /// A needle, and where it is found next. Only the groups that can hold it are read: those of one
  /// window, a row of such groups, then of the next.
  struct Stream {
    Needle needle;
    bool is_driver;  ///< what it finds counts if all other words are there too
    SearchFilter::Groups groups = {};
    std::size_t next_group = 0;
    std::size_t window_begin = 0;  ///< in the texts
    std::size_t window_end = 0;
    std::size_t at = std::string_view::npos;
  };

  /// The best place where a term is found in a contact.
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
  std::string_view texts_;  ///< up to the end of the range; of the block
  std::vector<Stream> streams_;
  std::vector<Needles> others_;  ///< words beside the driver, the rarest first
  Needles excluded_;             ///< a contact that has one of them is no hit
  bool words_alone_ = false;
};

}  // namespace kith::contacts
