#include "contacts/search/terms.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "contacts/model/phone.hpp"
#include "contacts/search/query_text.hpp"
#include "contacts/search/text.hpp"

namespace kith::contacts {

namespace {

/// A word of the query in both foldings, which are often equal.
struct Spelled {
  std::string plain;
  std::string alternate;
};

std::vector<Spelled> spelled(std::vector<std::string> plain, std::vector<std::string> alternate) {
  // The foldings differ in letters, not in separators.
  if (alternate.size() != plain.size()) alternate = plain;
  std::vector<Spelled> all;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    all.push_back({std::move(plain[i]), std::move(alternate[i])});
  }
  return all;
}

std::vector<Spelled> spelled_words(std::string_view query) {
  const Folded folded = fold_both(without_encodings(query));
  return spelled(words_of(without_labels(folded.plain)),
                 words_of(without_labels(folded.alternate)));
}

std::vector<Spelled> spelled_parts(const Spelled& word) {
  return spelled(parts_of(word.plain), parts_of(word.alternate));
}

void add_text(std::vector<std::string>& texts, std::string text) {
  if (std::ranges::find(texts, text) == texts.end()) texts.push_back(std::move(text));
}

std::vector<std::string> texts_of(const Spelled& word) {
  std::vector<std::string> texts{word.plain};
  add_text(texts, word.alternate);
  return texts;
}

/// Returns the words in order, joined by blanks, in both foldings.
std::vector<std::string> phrase_of(const std::vector<Spelled>& words) {
  Spelled phrase;
  for (const Spelled& word : words) {
    const std::string_view blank = &word == words.data() ? "" : " ";
    phrase.plain.append(blank).append(word.plain);
    phrase.alternate.append(blank).append(word.alternate);
  }
  return words.empty() ? std::vector<std::string>() : texts_of(phrase);
}

/// Returns a word that reads as a phone number as text, without punctuation around it.
Spelled number_text(const Spelled& word) {
  const std::vector<Spelled> parts = spelled_parts(word);
  return parts.size() == 1 ? parts.front() : word;
}

/// Appends the search terms for a part of `word`.
void append_part(std::vector<SearchTerm>& terms, const Spelled& part, const Spelled& word,
                 int country_code) {
  const auto dotted = spelled(dotted_words(part.plain), dotted_words(part.alternate));
  if (!dotted.empty() && dotted.size() <= limits::search_words_max) {
    for (const Spelled& each : dotted) terms.push_back({texts_of(part), texts_of(each), {}});
    return;
  }
  SearchTerm& term = terms.emplace_back(texts_of(part), std::vector<std::string>(),
                                        phone_needles(part.plain, country_code));
  std::string initials = initials_in(part.plain, word.plain);
  if (!initials.empty()) term.beginnings.push_back(std::move(initials));
}

/// Returns `text` with tabs and line ends replaced by blanks.
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

SearchTerms::SearchTerms(std::string_view query, int country_code) {
  const std::vector<Spelled> literal = spelled_words(query);
  phrase.numbers = phone_needles(query, country_code);
  phrase.texts = phrase_of(literal);
  const bool is_number = !phrase.numbers.empty();
  std::vector<Spelled> parts;
  for (const Spelled& word : literal) {
    const auto numbers =
        is_number ? std::vector<std::string>() : phone_needles(word.plain, country_code);
    if (is_number || !numbers.empty()) {
      // The parts of a number would match numbers that have them elsewhere.
      words.push_back({texts_of(number_text(word)), {}, numbers});
      parts.push_back(word);
      continue;
    }
    for (Spelled& part : spelled_parts(word)) {
      append_part(words, part, word, country_code);
      parts.push_back(std::move(part));
    }
  }
  const bool is_unfit = words.empty() || words.size() > limits::search_words_max;
  if (is_unfit) {
    words.clear();
    for (const Spelled& word : literal) words.push_back({texts_of(word), {}, {}});
  } else if (parts.size() > 1) {
    for (std::string& each : phrase_of(parts)) add_text(phrase.texts, std::move(each));
  }
  if (words.size() == 1 && is_number) words.front().numbers = phrase.numbers;
}

bool SearchTerms::has_numbers() const {
  const auto is_number = [](const SearchTerm& term) { return !term.numbers.empty(); };
  return is_number(phrase) || std::ranges::any_of(words, is_number);
}

SearchTerms SearchQuery::terms_in(int country_code) const {
  return country_code != 0 && terms.has_numbers() ? SearchTerms(text, country_code) : terms;
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
