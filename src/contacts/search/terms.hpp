#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace kith::contacts {

/// What one word of a query, or the whole of it, is looked for as; each form finds it.
struct SearchTerm {
  std::string plain;                 ///< `Folded::plain`
  std::string alternate;             ///< `Folded::alternate`; empty when it is the same
  std::vector<std::string> numbers;  ///< looked for in the digits of phone numbers alone
};

/// What a query asks for. A contact is found when each of the words is in any of its fields, or
/// when its phone number has one of `phrase.numbers`. No form holds a separator of words but for
/// the single blanks of the phrase.
struct SearchTerms {
  std::vector<SearchTerm> words;
  /// The words in order, a blank between two of them, and the query read as one phone number.
  SearchTerm phrase;

  SearchTerms() = default;

  /// Splits folded text at white space, commas and hyphens. REQUIRES: valid UTF-8.
  explicit SearchTerms(std::string_view query);

  /// Whether nothing is left to look for: the query had only separators, quotes and marks.
  bool empty() const { return words.empty(); }
};

/// A query as clients send it.
struct SearchQuery {
  std::string text;
  SearchTerms terms;

  /// Takes tabs and line ends for blanks. Refuses more than `limits::search_chars_max` characters,
  /// more than `limits::search_words_max` words, and control characters.
  static std::expected<SearchQuery, std::string> parse(std::string_view text);
  void append_to(std::string& out) const { out += text; }
};

}  // namespace kith::contacts
