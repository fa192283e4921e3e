#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contacts/search_block.hpp"

namespace kith::contacts {

/// What a query is looked for as. Its two foldings differ for letters that keyboards lack; numbers
/// are there when it reads as a part of a phone number. What is null finds nothing.
struct Needles {
  std::optional<std::string> plain;
  std::optional<std::string> alternate;
  std::vector<std::string> numbers;

  explicit Needles(std::string_view query);
};

/// A contact that was found.
struct Hit {
  SearchBlock::Entry entry;
  bool begins_word;  ///< one of the places where it was found is the beginning of a word
  MatchedField field;
};

/// The hits of a block, one after the other.
class Hits {
 public:
  /// REQUIRES: block and needles outlive this.
  Hits(const SearchBlock& block, SearchBlock::Range range, const Needles& needles);

  /// The next contact of the range in which a needle is found.
  std::optional<Hit> next();

  /// From now on only contacts in which a word begins with a needle: they are found much faster
  /// when there are many others. What `next` would give now may still be another.
  void want_words_alone() { words_alone_ = true; }

 private:
  /// One needle, and where it is found next.
  struct Stream {
    std::string_view needle;
    bool in_digits = false;  ///< looked for in the digits of phones alone
    std::size_t at = std::string_view::npos;
  };

  void move(Stream& stream, std::size_t from) const;
  void look_at(Stream& stream, std::size_t end, std::optional<Hit>& hit) const;
  SearchBlock::Entry entry_at(std::size_t at);

  const SearchBlock& block_;
  SearchBlock::Range range_;
  std::string_view texts_;  ///< up to the end of the range
  std::vector<Stream> streams_;
  bool words_alone_ = false;
};

}  // namespace kith::contacts
