#include "contacts/search/terms.hpp"

#include <cstddef>
#include <utility>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "contacts/model/phone.hpp"
#include "contacts/search/text.hpp"

namespace kith::contacts {

namespace {

std::vector<std::string> split(std::string_view folded) {
  std::vector<std::string> words;
  bool is_inside = false;
  for (std::size_t at = 0; at < folded.size();) {
    if (const std::size_t bytes = separator_bytes(folded, at); bytes > 0) {
      is_inside = false;
      at += bytes;
      continue;
    }
    if (!std::exchange(is_inside, true)) words.emplace_back();
    words.back().push_back(folded[at++]);
  }
  return words;
}

void append_word(std::string& phrase, std::string_view word) {
  if (!phrase.empty()) phrase.push_back(' ');
  phrase += word;
}

/// `text` with its tabs and line ends as blanks.
std::string with_blanks(std::string_view text) {
  constexpr std::string_view next_line = "\xC2\x85";  // U+0085, a control character too
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool is_next_line = text.substr(at).starts_with(next_line);
    const bool is_blank = is_next_line || (text[at] >= '\t' && text[at] <= '\r');
    out.push_back(is_blank ? ' ' : text[at]);
    if (is_next_line) ++at;
  }
  return out;
}

}  // namespace

SearchTerms::SearchTerms(std::string_view query) {
  const Folded folded = fold_both(query);
  std::vector<std::string> plain = split(folded.plain);
  std::vector<std::string> alternate = split(folded.alternate);
  // The foldings differ in letters, not in separators.
  if (alternate.size() != plain.size()) alternate = plain;
  phrase.numbers = phone_needles(query);
  for (std::size_t i = 0; i < plain.size(); ++i) {
    append_word(phrase.plain, plain[i]);
    append_word(phrase.alternate, alternate[i]);
    SearchTerm& word = words.emplace_back();
    // The parts of a number with blanks would be found in numbers that have them elsewhere.
    if (phrase.numbers.empty()) word.numbers = phone_needles(plain[i]);
    if (alternate[i] != plain[i]) word.alternate = std::move(alternate[i]);
    word.plain = std::move(plain[i]);
  }
  if (phrase.alternate == phrase.plain) phrase.alternate.clear();
  if (words.size() == 1) words.front().numbers = phrase.numbers;
}

std::expected<SearchQuery, std::string> SearchQuery::parse(std::string_view text) {
  if (!is_valid_utf8(text)) return std::unexpected("must be valid UTF-8");
  SearchQuery query{.text = with_blanks(text), .terms = {}};
  if (has_control_characters(query.text, false)) {
    return std::unexpected("must not contain control characters");
  }
  if (count_chars(query.text) > static_cast<std::size_t>(limits::search_chars_max)) {
    return std::unexpected("must have at most " + std::to_string(limits::search_chars_max) +
                           " characters");
  }
  query.terms = SearchTerms(query.text);
  if (query.terms.words.size() > limits::search_words_max) {
    return std::unexpected("must have at most " + std::to_string(limits::search_words_max) +
                           " words");
  }
  return query;
}

}  // namespace kith::contacts
