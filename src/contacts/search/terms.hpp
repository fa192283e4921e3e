#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace kith::contacts {

/// The alternative forms of one word of a query, or of the whole query; any of them matches.
struct SearchTerm {
  std::vector<std::string> texts;       ///< matched in all fields; at least one
  std::vector<std::string> beginnings;  ///< matched in all fields, only at the beginnings of words
  std::vector<std::string> numbers;     ///< matched only in the digits of phone numbers

  bool operator==(const SearchTerm&) const = default;
};

/// A parsed query. A contact matches when each word is in any of its fields, or when its phone
/// number has one of `phrase.numbers`. Forms contain no word separators except the single blanks of
/// the phrase. A match of a text of the phrase implies matches of all words.
struct SearchTerms {
  std::vector<SearchTerm> words;
  /// The words in order, joined by blanks, with and without their punctuation, and the query read
  /// as one phone number.
  SearchTerm phrase;

  SearchTerms() = default;

  /// Splits the query at white space, commas and hyphens, and at punctuation unless nothing else is
  /// left or there would be too many words. A word with full stops between letters is searched for
  /// as it is, as the words between them, or as an abbreviation. `country_code` is the calling code
  /// of national phone numbers; 0: unknown. REQUIRES: valid UTF-8.
  explicit SearchTerms(std::string_view query, int country_code = 0);

  /// Returns whether no term is left: the query had only separators, quotes and marks.
  bool empty() const { return words.empty(); }

  /// Returns whether the phrase is the same as its single word.
  bool is_one_word() const { return words.size() == 1 && words.front() == phrase; }

  /// Returns whether the query or a word of it reads as a phone number.
  bool has_numbers() const;
};

/// A query as sent by the client.
struct SearchQuery {
  std::string text;
  SearchTerms terms;

  /// Parses a query, replacing tabs and line ends by blanks. Refuses more than
  /// `limits::search_chars_max` characters, more than `limits::search_words_max` words, and control
  /// characters.
  static std::expected<SearchQuery, std::string> parse(std::string_view text);

  /// Returns the terms for an account whose national phone numbers have this calling code.
  SearchTerms terms_in(int country_code) const;
  void append_to(std::string& out) const { out += text; }
};

}  // namespace kith::contacts
