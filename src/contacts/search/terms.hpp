#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace kith::contacts {

/// What one word of a query, or the whole of it, is looked for as; each form finds it.
struct SearchTerm {
  std::vector<std::string> texts;       ///< looked for in all fields; at least one
  std::vector<std::string> beginnings;  ///< looked for there at the beginnings of words alone
  std::vector<std::string> numbers;     ///< looked for in the digits of phone numbers alone

  bool operator==(const SearchTerm&) const = default;
};

/// What a query asks for. A contact is found when each of the words is in any of its fields, or
/// when its phone number has one of `phrase.numbers`. No form holds a separator of words but for
/// the single blanks of the phrase. Where a text of the phrase is, all words are.
struct SearchTerms {
  std::vector<SearchTerm> words;
  /// The words in order, a blank between two of them, with and without their punctuation, and the
  /// query read as one phone number.
  SearchTerm phrase;

  SearchTerms() = default;

  /// Splits folded text at white space, commas and hyphens, and at punctuation unless nothing else
  /// is left or the words would be too many. A word with full stops amid letters is looked for as
  /// it is, or as the words between them, or as an abbreviation. REQUIRES: valid UTF-8.
  explicit SearchTerms(std::string_view query);

  /// Whether nothing is left to look for: the query had only separators, quotes and marks.
  bool empty() const { return words.empty(); }

  /// Whether the phrase is nothing but the one word.
  bool is_one_word() const { return words.size() == 1 && words.front() == phrase; }
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
