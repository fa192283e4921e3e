#pragma once

#include <string>
#include <string_view>
#include <vector>

/// Readings of the text of a query, which may be pasted from a mail, a link or a note.
namespace kith::contacts {

/// The query with what programs add to addresses undone: the escapes and headers of `mailto:` links
/// (RFC 6068), domains in IDNA's `xn--` form (RFC 5890). REQUIRES: valid UTF-8.
std::string without_encodings(std::string_view query);

/// The folded query without labels before its words: `mailto:`, `from:`, `tel:` and the like. The
/// query as it is when it has nothing else.
std::string without_labels(std::string_view folded);

/// The words of a folded query: what stands between two separators (separator_bytes).
std::vector<std::string> words_of(std::string_view folded);

/// The parts of a folded word between punctuation, without the full stops at their ends. Empty when
/// the word is nothing but punctuation, or `+`.
std::vector<std::string> parts_of(std::string_view word);

/// The letters of abbreviations such as `j.r.r` or, if `word` ends with a full stop, `j.r`; empty
/// when `part` is none. `part` is one of parts_of(word).
std::string initials_in(std::string_view part, std::string_view word);

/// The words that are joined by full stops in `part` (`jean.luc`); empty when it has other full
/// stops or an `@`, or only single letters.
std::vector<std::string> dotted_words(std::string_view part);

}  // namespace kith::contacts
