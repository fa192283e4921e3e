#pragma once

#include <string>
#include <string_view>
#include <vector>

/// Parses the text of a query, which may be copied from a mail, a link or a note.
namespace kith::contacts {

/// Returns the query with the escapes and headers of `mailto:` links (RFC 6068) and the `xn--`
/// forms of domains (RFC 5890) decoded. REQUIRES: valid UTF-8.
std::string without_encodings(std::string_view query);

/// Returns the folded query without labels before its words (`mailto:`, `from:`, `tel:`);
/// unchanged if it has no other words.
std::string without_labels(std::string_view folded);

/// Returns the parts of a folded word that punctuation separates, without full stops at their ends.
/// Empty if the word consists of punctuation or mathematical symbols (`+`, `→`).
std::vector<std::string> parts_of(std::string_view word);

/// Returns the letters of an abbreviation like `j.r.r` or, if `word` ends with a full stop,
/// `j.r`; otherwise nothing. REQUIRES: `part` is one of parts_of(word).
std::string initials_in(std::string_view part, std::string_view word);

/// Returns the words that full stops join in `part` (`jean.luc`). Empty if there are no full stops
/// between letters, only single letters, other characters than letters, or the name of a top-level
/// domain at the end.
std::vector<std::string> dotted_words(std::string_view part);

}  // namespace kith::contacts
